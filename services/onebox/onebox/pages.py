"""The pages of the documentation that are made from the code, and Prometheus' rules.

    python -m onebox.pages [--write]

Without `--write` it says which pages are out of date.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from onebox.asyncapi import asyncapi_document
from onebox.services import SERVICES
from onebox.serving import openapi_document
from shared.clusters import declared_topics
from shared.contracts import CATALOGUE
from shared.contracts.schemas import CONSUMERS_FILE, consumers_text, events_page
from shared.kernel import Refusal, catalogue
from shared.observing import rules_file
from shared.web import PROBLEM_TYPE, status_of

__all__ = ["main", "pages"]

DOCS: Final = Path("docs")
ALARMS_FILE: Final = Path("deploy/observability/alarms.yml")
_PROBLEMS_HEAD: Final = """# Problems

Every refusal the platform can give, made from the refusal classes by `make docs`. An answer is
`application/problem+json` (RFC 9457); `type` is stable and leads to a page at the same server, which needs no
token (`/api/problems` lists them); `detail` says in the reader's language what to do.
A refusal of fields carries `errors`, each with `pointer` or `parameter`, `detail` and `code`.

One answer is no problem: what never became a request (400, or 408 before the headers' end) gets HAProxy's own
short page, in the distributed form alone.

| type | status | 中文 | English |
|---|---|---|---|
"""


def pages() -> Mapping[Path, str]:
    """Return every generated page by its place."""
    asyncapi = asyncapi_document(catalogue=CATALOGUE, services=SERVICES, topics=declared_topics())
    return {
        CONSUMERS_FILE: consumers_text(_consumers()),
        ALARMS_FILE: rules_file(),
        DOCS / "events.md": events_page(CATALOGUE, _consumers()),
        DOCS / "asyncapi.json": json.dumps(asyncapi, ensure_ascii=False, indent=1) + "\n",
        DOCS / "problems.md": _problems(),
        DOCS / "openapi.json": json.dumps(openapi_document(), ensure_ascii=False, indent=1) + "\n",
    }


def _consumers() -> dict[str, list[str]]:
    heard: dict[str, list[str]] = {}
    for service in SERVICES:
        for fact in service.subscriptions:
            heard.setdefault(fact.name, []).append(service.name)
    return heard


def _problems() -> str:
    return _PROBLEMS_HEAD + "\n".join(_rows()) + "\n"


def _rows() -> Iterator[str]:
    for refusal in catalogue():
        if not _is_for_tests(refusal):
            cells = (f"`{PROBLEM_TYPE}{refusal.slug()}`", str(status_of(refusal)), refusal.zh, refusal.en)
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def _is_for_tests(refusal: type[Refusal]) -> bool:
    ours = {"shared", "gateway", *(service.package for service in SERVICES)}
    return refusal.__module__.partition(".")[0] not in ours


def main() -> int:
    """Write the pages, or say which are out of date; return the exit code."""
    stale = [
        path
        for path, text in pages().items()
        if not path.is_file() or path.read_text(encoding="utf-8") != text
    ]
    if "--write" not in sys.argv[1:]:
        if stale:
            print("Out of date; run `make docs`:", *stale, sep="\n", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(pages()[path], encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
