"""Check the snapshots and the page of events against the catalogue; with `--write`, bring them up to date.

    python -m shared.contracts.schemas [--write] [--page docs/events.md]

Run it at the root of the repository. A change that would break a reader is refused: publish a new version
of the fact beside the old one, or, if the version was never published, delete its snapshot first.
"""

import argparse
import sys
from pathlib import Path

from shared.contracts import CATALOGUE
from shared.contracts.schemas import FOLDER, events_page, inspect, write


def main() -> int:
    """Return 0 when all is up to date, 1 with the reasons otherwise."""
    arguments = _parser().parse_args()
    findings = write(CATALOGUE, FOLDER) if arguments.write else inspect(CATALOGUE, FOLDER)
    if findings.breaking:
        print("These changes break readers; publish a new version beside the old one:", file=sys.stderr)
        print(*findings.breaking, sep="\n", file=sys.stderr)
        return 1
    page = events_page(CATALOGUE)
    if arguments.write:
        arguments.page.parent.mkdir(parents=True, exist_ok=True)
        arguments.page.write_text(page, encoding="utf-8")
        return 0
    return _report([*findings.stale, *_stale_page(arguments.page, page)])


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m shared.contracts.schemas")
    parser.add_argument("--write", action="store_true", help="bring snapshots and page up to date")
    parser.add_argument("--page", type=Path, default=Path("docs/events.md"), help="the page of events")
    return parser


def _stale_page(path: Path, page: str) -> list[str]:
    fresh = path.is_file() and path.read_text(encoding="utf-8") == page
    return [] if fresh else [str(path)]


def _report(stale: list[str]) -> int:
    if stale:
        print("Out of date; run `make contracts`:", *stale, sep="\n", file=sys.stderr)
    return 1 if stale else 0


if __name__ == "__main__":
    sys.exit(main())
