"""The official parser of AsyncAPI, on the document of the events."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any, Final

import pytest

from onebox.services import SERVICES
from shared.clusters import declared_topics
from shared.contracts import CATALOGUE
from tests.judges.tools import ROOT, node

pytestmark = pytest.mark.judges

DOCUMENT: Final = ROOT / "docs" / "asyncapi.json"
# Of the parser: 0 is an error, 1 a warning; below lies advice, such as of a newer version of AsyncAPI.
WARNING: Final = 1

Document = dict[str, Any]


def parsed(file: Path) -> Document:
    said = node("asyncapi.mjs", file)
    assert said.stdout.startswith("{"), said.stderr
    result: Document = json.loads(said.stdout)
    return result


def faults(result: Document) -> list[str]:
    return [f"{one['code']} {one['path']}" for one in result["findings"] if one["severity"] <= WARNING]


@pytest.fixture(scope="module")
def document() -> Document:
    read: Document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    return read


def test_the_parser_finds_no_fault() -> None:
    assert faults(parsed(DOCUMENT)) == []


def test_the_parser_understands_topics_facts_and_who_does_what() -> None:
    understood = parsed(DOCUMENT)["understood"]

    assert understood["version"] == "3.0.0"
    assert set(understood["channels"]) == {topic.name for topic in declared_topics()}
    assert set(understood["messages"]) == set(CATALOGUE)
    heard = {
        service.name: {fact.name for fact in service.subscriptions if fact.name in CATALOGUE}
        for service in SERVICES
    }
    told = {service.name: set[str]() for service in SERVICES}
    for operation in understood["operations"]:
        if operation["action"] == "receive":
            told[operation["id"].partition(".")[0]] |= set(operation["messages"])
    assert told == heard


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("operations", "exchange.sends", "action"), "publish"),
        (("operations", "exchange.sends", "channel", "$ref"), "#/channels/nowhere"),
        (("components", "schemas", "Headers", "properties", "ce_id", "type"), "uuid"),
        (("info", "title"), None),
    ],
)
def test_the_parser_sees_a_planted_fault(
    document: Document, place: tuple[str, ...], value: object, tmp_path: Path
) -> None:
    faulty = deepcopy(document)
    part = faulty
    for name in place[:-1]:
        part = part[name]
    part[place[-1]] = value
    file = tmp_path / "asyncapi.json"
    file.write_text(json.dumps(faulty), encoding="utf-8")

    assert faults(parsed(file)) != []
