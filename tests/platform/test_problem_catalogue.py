"""Every class of the catalogue of problems, made as it is raised, against the schema of RFC 9457."""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from string import Formatter
from typing import Any, Final

import jsonschema
import pytest
from starlette.requests import Request

from onebox.services import SERVICES
from onebox.serving import openapi_document
from shared.kernel import Refusal, catalogue
from shared.web import PROBLEM_TYPE, STATUSES, TITLES, operations, problem, status_of

SUITE: Final = Path(__file__).parents[2].parent / "shared" / "suites" / "rfc9457-problem.schema.json"
# A sentence says what to do, so it is more than one clause, or ends in a request.
SHORTEST: Final = {"zh": 10, "en": 20}


def ours() -> list[type[Refusal]]:
    """Return the classes of the platform; tests of the library have some of their own."""
    assert SERVICES
    return [one for one in catalogue() if not one.__module__.startswith(("sample", "test"))]


def classes(kind: type[Refusal]) -> Iterator[type[Refusal]]:
    """Yield every class below one that has sentences, also two of one name."""
    for child in kind.__subclasses__():
        yield from classes(child)
        if "zh" in child.__dict__ and not child.__module__.startswith(("sample", "test")):
            yield child


def raised(kind: type[Refusal]) -> Refusal:
    facts = {name for text in (kind.zh, kind.en) for _, name, _, _ in Formatter().parse(text) if name}
    return kind(**{name.partition(".")[0]: 7 for name in facts})


def request(language: str) -> Request:
    headers = [(b"accept-language", language.encode())]
    return Request(
        {"type": "http", "method": "GET", "path": "/api/x", "headers": headers, "query_string": b""}
    )


def documents(kind: type[Refusal]) -> Iterator[tuple[str, dict[str, Any], int]]:
    """Yield the document of a refusal in both languages, with the status it came with."""
    errors = [{"pointer": "#/name", "detail": "…", "code": "missing"}]
    for language in ("zh", "en"):
        answer = problem(request(language), raised(kind), errors=errors)
        yield language, json.loads(bytes(answer.body)), answer.status_code


@pytest.mark.skipif(not SUITE.exists(), reason="the schema is not beside the project")
def test_every_class_of_the_catalogue_is_a_problem_as_the_standard_says() -> None:
    schema = json.loads(SUITE.read_text())
    judge = jsonschema.validators.validator_for(schema)(schema)
    own = jsonschema.Draft202012Validator(openapi_document()["components"]["schemas"]["Problem"])

    for kind in ours():
        for _, document, status in documents(kind):
            judge.validate(document)
            own.validate(document)
            assert document["status"] == status

    assert len(ours()) > 100


def test_every_sentence_says_what_to_do_in_its_language() -> None:
    for kind in ours():
        for language, document, _ in documents(kind):
            sentence = document["detail"]
            chinese = sum("\u4e00" <= character <= "\u9fff" for character in sentence)

            assert (chinese > len(sentence) / 5) == (language == "zh"), kind
            assert len(sentence) >= SHORTEST[language], kind
            assert sentence.rstrip("”）)\"'").endswith(("。", ".", "？", "?", "！")), kind


def test_every_class_has_a_type_of_its_own_and_a_status_with_a_title() -> None:
    named = Counter(PROBLEM_TYPE + kind.slug() for kind in set(classes(Refusal)))

    assert [name for name, count in named.items() if count > 1] == []
    assert {status_of(kind) for kind in ours()} <= TITLES.keys()
    assert set(STATUSES.values()) <= TITLES.keys()


def test_every_status_of_the_catalogue_that_an_operation_gives_is_documented() -> None:
    """405 belongs to an address, not to an operation."""
    documented = {
        int(status) for _, _, operation in operations(openapi_document()) for status in operation["responses"]
    }

    assert {status_of(kind) for kind in ours()} - documented <= {405}
