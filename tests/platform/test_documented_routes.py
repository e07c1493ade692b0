"""Every route of every service says of itself what an integrator needs; a new one without it fails here."""

from copy import deepcopy
from typing import Final

import pytest

from onebox.serving import openapi_document
from shared.web import operations
from tests.platform.documented import (
    RULES,
    UNPAGED,
    Document,
    Rule,
    every_list_is_paged,
    tags_are_described_in_both_languages,
)

PATH = "/api/estate-registry/estates"


@pytest.fixture(scope="module")
def document() -> Document:
    return openapi_document()


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_route_says_what_an_integrator_needs(rule: Rule, document: Document) -> None:
    assert list(rule(document)) == []


FAULTS: Final[dict[str, list[tuple[str, object]]]] = {
    "ids_are_readable_and_unique": [
        ("operationId", "list_estates"),
        ("operationId", "register_api_estates_post"),
    ],
    "summaries_are_chinese_and_descriptions_english": [
        ("summary", "Register"),
        ("description", "登记小区。"),
    ],
    "tags_are_described_in_both_languages": [("tags", ["estate-registry.new"])],
    "every_answer_is_documented": [("responses", {"201": {}})],
    "what_comes_in_is_bounded": [("parameters", [{"schema": {"type": "string"}}])],
    "every_list_is_paged": [
        ("parameters", []),
        ("parameters", [{"name": name, "in": "query", "schema": {}} for name in ("limit", "cursor", "sort")]),
    ],
}


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_a_rule_sees_the_fault_it_is_made_for(rule: Rule, document: Document) -> None:
    for name, value in FAULTS[rule.__name__]:
        faulty = deepcopy(document)
        method = "get" if rule is every_list_is_paged else "post"
        faulty["paths"][PATH][method][name] = value

        places = (f"{method} {PATH}: ", "tag estate-registry.new: ")
        assert any(fault.startswith(places) for fault in rule(faulty)), name


@pytest.mark.parametrize("said", ["", "小区。", "Estates.", "Estates. / 小区。"])
def test_a_tag_with_one_language_is_seen(said: str, document: Document) -> None:
    faulty = deepcopy(document)
    faulty["tags"][0]["description"] = said

    assert [*tags_are_described_in_both_languages(faulty)] != []


def test_no_list_is_excused_that_is_not_there(document: Document) -> None:
    assert set(UNPAGED) <= {operation["operationId"] for _, _, operation in operations(document)}
