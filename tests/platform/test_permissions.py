"""Every route × every role, against the one table of permissions."""

import re
from collections.abc import Iterator
from typing import Any
from uuid import UUID

import httpx
import pytest

from onebox.services import SERVICES
from shared.identity import PUBLIC, Permission, Role, allowed
from shared.service import Service
from shared.storage import Database
from shared.testing import as_role

METHODS = {"get", "post", "put", "patch", "delete"}
TERRITORY = "610703001001"
ORG = "91610703MA6YW8X13N"


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, item in document["paths"].items():
        for method, operation in item.items():
            if method in METHODS:
                yield method.upper(), path, operation


def address(path: str) -> str:
    """Fill in path parameters with values of the right shape that name nothing."""
    return re.sub(r"\{[a-z_]*id\}", str(UUID(int=7)), re.sub(r"\{(?![a-z_]*id\})[a-z_]+\}", "none", path))


def kind(answer: httpx.Response) -> str:
    if "problem+json" not in answer.headers.get("content-type", ""):
        return ""
    return str(answer.json()["type"]).rpartition("/")[2]


async def document_of(client: httpx.AsyncClient, service: Service) -> dict[str, Any]:
    answer = await client.get(f"/api/{service.name}/openapi.json")
    document: dict[str, Any] = answer.json()
    return document


async def test_every_route_names_a_permission_of_the_table(
    client: httpx.AsyncClient, service: Service
) -> None:
    for method, path, operation in operations(await document_of(client, service)):
        assert operation.get("x-permission") in set(Permission), f"{method} {path}"


async def test_every_route_opens_to_the_roles_of_the_table_and_to_no_other(
    client: httpx.AsyncClient, service: Service
) -> None:
    for method, path, operation in operations(await document_of(client, service)):
        permission = Permission(operation["x-permission"])
        for role in Role:
            headers = as_role(role, TERRITORY, org=ORG, unit=f"{TERRITORY}:community")

            answer = await client.request(method, address(path), headers=headers)

            passed = kind(answer) not in {"permission-missing", "token-missing", "token-invalid"}
            assert passed == allowed(role, permission), (
                f"{role} {method} {path}: {answer.status_code} {answer.text}"
            )
            assert answer.status_code < 500, f"{role} {method} {path}: {answer.text}"


async def test_without_a_token_only_open_data_is_answered(
    client: httpx.AsyncClient, service: Service
) -> None:
    for method, path, operation in operations(await document_of(client, service)):
        answer = await client.request(method, address(path))

        if Permission(operation["x-permission"]) in PUBLIC:
            assert answer.status_code not in {401, 403}, f"{method} {path}"
        else:
            assert (answer.status_code, kind(answer)) == (401, "token-missing"), f"{method} {path}"


async def test_every_list_is_paged_or_says_how_long_it_can_be(
    client: httpx.AsyncClient, service: Service
) -> None:
    document = await document_of(client, service)
    for method, path, operation in operations(document):
        schema = _answer(operation, document)
        if method == "GET" and "next_cursor" in schema.get("properties", {}):
            parameters = {parameter.get("name") for parameter in operation.get("parameters", [])}

            assert {"limit", "cursor"} <= parameters, path
        assert schema.get("type") != "array" or "maxItems" in schema, path


def _answer(operation: dict[str, Any], document: dict[str, Any]) -> dict[str, Any]:
    """Return the schema of a good answer, its reference followed."""
    content = operation["responses"].get("200", {}).get("content", {})
    schema: dict[str, Any] = content.get("application/json", {}).get("schema", {})
    name = schema.get("$ref", "").rpartition("/")[2]
    named: dict[str, Any] = document.get("components", {}).get("schemas", {}).get(name, schema)
    return named


async def test_a_refused_request_records_nothing(
    client: httpx.AsyncClient, service: Service, database: Database
) -> None:
    for method, path, _ in operations(await document_of(client, service)):
        if method != "GET":
            await client.request(method, address(path), headers=as_role(Role.PUBLIC, TERRITORY))

    async with database.pool.acquire() as connection:
        assert await connection.fetchval("SELECT count(*) FROM journal") == 0


def test_no_two_services_bear_one_name() -> None:
    assert len({service.package for service in SERVICES}) == len(SERVICES)


@pytest.mark.parametrize("role", Role)
def test_every_role_has_something_to_do(role: Role) -> None:
    used = {permission for permission in Permission if allowed(role, permission)}

    assert used
