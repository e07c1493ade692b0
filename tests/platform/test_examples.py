"""The document shows of all that comes in and goes out what it looks like, and what it shows is valid."""

from collections.abc import Iterator
from copy import deepcopy
from typing import Any

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from onebox.serving import openapi_document
from shared.web import operations
from shared.web.openapi.examples import WORD

Document = dict[str, Any]


@pytest.fixture(scope="module")
def document() -> Document:
    return openapi_document()


def models(document: Document) -> Iterator[tuple[str, str]]:
    """Yield operation and schema name of every body and answer that has a schema of its own."""
    for _, _, operation in operations(document):
        answers = [answer for status, answer in operation["responses"].items() if status.startswith("2")]
        for part in (operation.get("requestBody", {}), *answers):
            for content in part.get("content", {}).values():
                schema = content.get("schema", {})
                if reference := schema.get("$ref") or schema.get("items", {}).get("$ref"):
                    yield operation["operationId"], reference.rpartition("/")[2]


def faults(document: Document) -> list[str]:
    """Return what is wrong with the examples: missing, against the schema, or without a word of its own."""
    schemas, found = document["components"]["schemas"], []
    for operation, name in models(document):
        for example in schemas[name].get("examples", [None]):
            checked = {"$ref": f"#/components/schemas/{name}", "components": {"schemas": schemas}}
            judge = Draft202012Validator(checked, format_checker=FormatChecker())
            found += [
                f"{operation} {name}: {error.json_path} {error.message[:99]}"
                for error in judge.iter_errors(example)
            ]
            found += [
                f"{operation} {name}: say in words what stands in {place}" for place in wordless(example)
            ]
    return found


def wordless(example: object, place: str = "$") -> Iterator[str]:
    if isinstance(example, dict):
        for name, value in example.items():
            yield from wordless(value, f"{place}.{name}")
    elif isinstance(example, list):
        for value in example:
            yield from wordless(value, place)
    elif example == WORD:
        yield place


def test_every_body_and_view_has_a_valid_example(document: Document) -> None:
    assert len(set(models(document))) > 150
    assert sorted(set(faults(document))) == []


def test_an_example_that_is_missing_or_wrong_is_seen(document: Document) -> None:
    faulty = deepcopy(document)
    schemas = faulty["components"]["schemas"]
    del schemas["EstateRegistryEstateView"]["examples"]
    schemas["SubsidyLedgerBudgetView"]["examples"][0]["approved_fen"] = "a lot"
    schemas["SupervisionCountsView"]["examples"] = [{}]

    seen = {fault.split()[1].rstrip(":") for fault in faults(faulty)}

    assert seen == {"EstateRegistryEstateView", "SubsidyLedgerBudgetView", "SupervisionCountsView"}
