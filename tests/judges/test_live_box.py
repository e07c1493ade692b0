"""Schemathesis on a running one box: whatever it makes up of the document, no check of its fails."""

import json
import os
import re
import subprocess
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import pytest

from onebox.serving import openapi_document
from shared.identity import ROLES_OF, Permission, Role
from shared.web import operations
from tests.judges.existing import told_names, with_names
from tests.judges.tools import JUDGES, ROOT, tokens
from tests.story.box import RunningBox
from tests.story.recording import pattern_of

SCHEMATHESIS: Final = ROOT / ".venv" / "judges" / "bin" / "st"
SECONDS: Final = os.environ.get("GONGZHI_FUZZ_SECONDS", "45")
# The gate asks the same each time; another seed, and more seconds, look further.
SEED: Final = os.environ.get("GONGZHI_FUZZ_SEED", "20261128")
GRACE_SECONDS: Final = 120
ANSWERS: Final = "answers.har"
# Of 61 addresses that name something 19 showed it when all names were made up.
LEAST_SHOWN: Final = 40
# Both name what only we can have given out: made up, one is refused and the other waited for.
_GIVEN_OUT: Final = ("ConsistencyToken", "cursor")

OFFICERS: Final = (Role.AUTHORITY_OFFICER, Role.TOWN_OFFICER, Role.FINANCE_OFFICER)

Document = dict[str, Any]

pytestmark = pytest.mark.judges


def document() -> Document:
    """Return the document without what nobody can make up."""
    whole = openapi_document()
    for _, _, operation in operations(whole):
        operation["parameters"] = [
            one
            for one in operation["parameters"]
            if one.get("name", one.get("$ref", "").rpartition("/")[2]) not in _GIVEN_OUT
        ]
    return whole


def role_for(operation: Document) -> Role:
    """Return who asks: an officer where one may, who sees what is the territory's."""
    roles = ROLES_OF[Permission(operation["x-permission"])] - {Role.PUBLIC, Role.DEPARTMENT_SYSTEM}
    return min(roles, key=lambda role: (role not in OFFICERS, role.value), default=Role.AUTHORITY_OFFICER)


def configuration(box: RunningBox, judged: Document) -> str:
    """Return the settings with a token for each operation, of somebody who may do it."""
    roles = {operation["operationId"]: role_for(operation) for _, _, operation in operations(judged)}
    keys = tokens(box)
    held = {role: keys.for_role(role) for role in set(roles.values())}
    entries = [
        f'\n[[operations]]\ninclude-operation-id = "{name}"\n'
        f'headers = {{ Authorization = "Bearer {held[role]}" }}\n'
        for name, role in roles.items()
    ]
    return (JUDGES / "schemathesis.toml").read_text(encoding="utf-8") + "".join(entries)


def judge(box: RunningBox, judged: Document, folder: Path) -> subprocess.CompletedProcess[str]:
    (folder / "openapi.json").write_text(json.dumps(judged, ensure_ascii=False), encoding="utf-8")
    (folder / "settings.toml").write_text(configuration(box, judged), encoding="utf-8")
    command: list[str | Path] = [
        SCHEMATHESIS,
        "--config-file",
        folder / "settings.toml",
        "run",
        folder / "openapi.json",
    ]
    options = [
        "--url",
        box.url,
        "--max-time",
        SECONDS,
        "--seed",
        SEED,
        "--phases",
        "examples,coverage,fuzzing",
    ]
    report: list[str | Path] = ["--report", "har", "--report-har-path", folder / ANSWERS]
    pace = ["--max-examples", "3", "--workers", "1", "--continue-on-failure", "--no-color"]
    return subprocess.run(
        [*command, *options, *report, *pace],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=int(SECONDS) + GRACE_SECONDS,
    )


def shown(judged: Document, folder: Path) -> set[str]:
    """Return the paths with a name in them at which something was shown."""
    answers = json.loads((folder / ANSWERS).read_text(encoding="utf-8"))["log"]["entries"]
    good = {
        urlsplit(one["request"]["url"]).path
        for one in answers
        if (one["request"]["method"], one["response"]["status"]) == ("GET", 200)
    }
    patterns = {path: re.compile(pattern_of(path)) for path in judged["paths"] if "{" in path}
    return {path for path, pattern in patterns.items() if any(map(pattern.fullmatch, good))}


@pytest.mark.slow
def test_schemathesis_finds_no_failure_on_the_live_box(box: RunningBox, tmp_path: Path) -> None:
    if not SCHEMATHESIS.exists():
        pytest.skip("the packages of tests/judges/requirements.lock are missing: run `make judges`")

    made_up = document()
    judged = with_names(made_up, told_names(box, made_up))

    said = judge(box, judged, tmp_path)

    assert said.returncode == 0, said.stdout[-20_000:] + said.stderr[-2_000:]
    assert "Server error" not in said.stdout
    assert len(shown(judged, tmp_path)) >= LEAST_SHOWN
