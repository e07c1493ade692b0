"""Whatever comes in, at every route of every service: no fault of ours, and every refusal is a problem."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import httpx
import jsonschema
import pytest

from shared.identity import ROLES_OF, Permission, Role
from shared.service import Service
from shared.testing import as_role
from shared.web import operations
from tests.hostile.samples import is_free_text, sample, text_fields, timed_fields
from tests.platform.documented import Document

SUITES: Final = Path(__file__).parents[2].parent / "shared" / "suites"
TERRITORY: Final = "610703001001"
ORG: Final = "91610703MA6YW8X13N"
JSON: Final = {"content-type": "application/json"}
# Each route meets every n-th string, beginning elsewhere; so that all routes together meet all of them often.
STRIDE: Final = 9
# What breaks programs most often is met by every route.
WORST: Final = ("\0", "a\0b", "\ud800", "\u202eabc", "\ufeff", "é" * 6000, "\x7f", "\n", " ", "😀" * 200)

Judge = jsonschema.protocols.Validator

pytestmark = pytest.mark.skipif(not SUITES.exists(), reason="the suites are not beside the project")


@pytest.fixture(scope="module")
def judge() -> Judge:
    schema = json.loads((SUITES / "rfc9457-problem.schema.json").read_text())
    return jsonschema.validators.validator_for(schema)(schema)


@pytest.fixture(scope="module")
def strings() -> list[str]:
    found: list[str] = json.loads((SUITES / "naughty-strings.json").read_text())
    return found


def caller(operation: dict[str, Any]) -> dict[str, str]:
    """Return the headers of somebody who may do this."""
    roles = sorted(ROLES_OF[Permission(operation["x-permission"])], key=lambda role: role.value)
    role = next((role for role in roles if role is not Role.PUBLIC), roles[0])
    return as_role(role, TERRITORY[:6], org=ORG, unit=f"{TERRITORY}:community")


def filled(path: str, operation: dict[str, Any], document: Document) -> str:
    for parameter in operation.get("parameters", ()):
        if parameter.get("in") == "path":
            value = str(sample(parameter["schema"], document=document, text="x"))
            path = path.replace(f"{{{parameter['name']}}}", quote(value, safe=""))
    return path


def bodies(document: Document) -> Iterator[tuple[str, str, dict[str, Any], dict[str, Any]]]:
    """Yield path, method, operation and schema of every route that takes a JSON body."""
    for path, method, operation in operations(document):
        content = operation.get("requestBody", {}).get("content", {})
        if "application/json" in content:
            yield path, method, operation, content["application/json"]["schema"]


async def document_of(client: httpx.AsyncClient, service: Service) -> Document:
    document: Document = (await client.get(f"/api/{service.name}/openapi.json")).json()
    return document


def assert_answered(answer: httpx.Response, judge: Judge, what: str) -> None:
    assert answer.status_code < 500, f"{what}: {answer.text[:500]}"
    if answer.status_code >= 400:
        assert answer.headers["content-type"] == "application/problem+json", what
        judge.validate(answer.json())


async def test_no_text_of_the_json_suite_breaks_a_route(
    client: httpx.AsyncClient, service: Service, judge: Judge
) -> None:
    document = await document_of(client, service)
    texts = [(file.name, file.read_bytes()) for file in sorted((SUITES / "json").glob("*.json"))]
    for path, method, operation, _ in bodies(document):
        address, headers = filled(path, operation, document), caller(operation) | JSON
        for name, content in texts:
            answer = await client.request(method, address, content=content, headers=headers)

            assert_answered(answer, judge, f"{method} {path} {name}")
            assert not name.startswith("n_") or answer.status_code in {400, 422}, f"{path} {name}"


async def test_naughty_strings_in_bodies_come_back_or_are_refused(
    client: httpx.AsyncClient, service: Service, judge: Judge, strings: list[str]
) -> None:
    document = await document_of(client, service)
    for number, (path, method, operation, schema) in enumerate(bodies(document)):
        address, headers = filled(path, operation, document), caller(operation) | JSON
        fields = text_fields(schema, document=document)
        for text in (*WORST, *strings[number % STRIDE :: STRIDE]) if fields else ():
            content = json.dumps(sample(schema, document=document, text=text))
            answer = await client.request(method, address, content=content, headers=headers)

            assert_answered(answer, judge, f"{method} {path} {text!r}")
            if answer.is_success:
                assert set(told(answer.json(), fields)) <= {text}, f"{method} {path} {text!r}"


def told(part: object, fields: set[str]) -> Iterator[str]:
    """Yield what an answer says in the fields of the request."""
    if isinstance(part, dict):
        for name, value in part.items():
            if name in fields and isinstance(value, str):
                yield value
            else:
                yield from told(value, fields)
    elif isinstance(part, list):
        for item in part:
            yield from told(item, fields)


async def test_naughty_strings_in_addresses_break_nothing(
    client: httpx.AsyncClient, service: Service, judge: Judge, strings: list[str]
) -> None:
    document = await document_of(client, service)
    for number, (path, method, operation) in enumerate(operations(document)):
        headers = caller(operation)
        texts = WORST if only_ids(operation) else (*WORST, *strings[number % STRIDE :: STRIDE])
        for text in texts:
            for address in addresses(path, operation, document, text):
                answer = await client.request(method, address, headers=headers)

                assert_answered(answer, judge, f"{method} {address[:200]}")


def only_ids(operation: dict[str, Any]) -> bool:
    """Say whether an address has no place for a text but ids, which are refused one like the other."""
    named = [one for one in operation.get("parameters", ()) if one.get("in") in {"path", "query"}]
    return all(one["schema"].get("format") == "uuid" for one in named)


def addresses(path: str, operation: dict[str, Any], document: Document, text: str) -> Iterator[str]:
    """Yield the address with the text in its path, and with it in its free query parameters."""
    said = quote(text.encode("utf-8", "surrogatepass")[:1500], safe="")
    parameters = operation.get("parameters", ())
    for parameter in (one for one in parameters if one.get("in") == "path"):
        yield filled(path.replace(f"{{{parameter['name']}}}", said or "%20"), operation, document)
    free = [
        one["name"]
        for one in parameters
        if one.get("in") == "query" and (is_free_text(one["schema"]) or one["name"] == "cursor")
    ]
    if free:
        yield filled(path, operation, document) + "?" + "&".join(f"{name}={said}" for name in free)


async def test_a_number_is_no_day_and_no_moment(client: httpx.AsyncClient, service: Service) -> None:
    """A parser that is kind to numbers reads 0 as the first of January 1970."""
    document = await document_of(client, service)
    for path, method, operation, schema in bodies(document):
        whole = sample(schema, document=document, text="x")
        assert isinstance(whole, dict)
        for name in timed_fields(schema, document=document):
            for number in (0, "0", 86400):
                answer = await client.request(
                    method,
                    filled(path, operation, document),
                    json=whole | {name: number},
                    headers=caller(operation),
                )

                errors = answer.json().get("errors", [])
                assert f"#/{name}" in {error["pointer"] for error in errors}, f"{method} {path} {name}"
