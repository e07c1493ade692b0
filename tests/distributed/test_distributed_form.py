"""One process for each thing, as in production: what only shows when they are apart."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any, Final

import httpx
import pytest

from gateway import ROUTES
from onebox.client import Client
from onebox.distributed import Distributed
from onebox.importing import Import, import_estates
from shared.identity import Role, TokenInvalid
from shared.storage import administrator

pytestmark = [pytest.mark.distributed, pytest.mark.kafka, pytest.mark.slow]

PATIENCE_SECONDS: Final = 90.0
ESTATES: Final = "/api/estate-registry/estates"
FILES: Final = "/api/supervision/estate-files"


def as_role(platform: Distributed, role: Role) -> dict[str, str]:
    return {"authorization": f"Bearer {platform.tokens.for_role(role)}"}


async def bring_in(platform: Distributed, name: str) -> str:
    """Have estate-registry take an estate of a list; return its id."""
    what = Import(
        content=f"小区名称,地址,户数\n{name},人民路1号,120\n".encode(),
        file_name="estates.csv",
        territory="610703001001",
        source=name,
    )
    headers = as_role(platform, Role.AUTHORITY_OFFICER)
    async with Client(platform.url, verify=platform.trust) as client:
        job = (await import_estates(client, what, authorization=headers["authorization"])).job
        assert (job["rows"], job["refused"]) == (1, 0)
        found = await client.send(
            "GET", ESTATES, authorization=headers["authorization"], params={"name": name}
        )
    estate_id: str = found.json()["items"][0]["id"]
    return estate_id


async def until_well(edge: httpx.AsyncClient, path: str, headers: Mapping[str, str]) -> dict[str, Any]:
    """Ask until the answer is 200, and return it."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while (answer := await edge.get(path, headers=headers)).status_code != httpx.codes.OK:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.1)
    body: dict[str, Any] = answer.json()
    return body


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for item in part:
            yield from references(item)


async def test_every_process_runs_and_every_service_is_ready(
    platform: Distributed, edge: httpx.AsyncClient
) -> None:
    answer = await edge.get("/health/ready")

    wanted = {f"{route.service}.{kind}" for route in ROUTES for kind in ("serve", "work")}
    assert set(platform.processes) == {*wanted, "gateway.serve"}
    assert all(process.running for process in platform.processes.values())
    assert answer.json() == {"status": "ok", "parts": {route.service: True for route in ROUTES}}


async def test_the_territory_tree_is_public_through_the_edge(edge: httpx.AsyncClient) -> None:
    answer = await edge.get("/api/estate-registry/territories")

    assert "610703" in {territory["code"] for territory in answer.json()["items"]}


async def test_a_bad_token_does_not_get_past_the_edge(edge: httpx.AsyncClient) -> None:
    answer = await edge.get(FILES, headers={"authorization": "Bearer not-a-token"})

    assert (answer.status_code, answer.json()["type"]) == (401, "/api/problems/token-invalid")
    assert answer.json()["detail"] == TokenInvalid().sentence("zh")
    assert (await edge.get(answer.json()["type"])).headers["content-type"] == "text/html; charset=utf-8"


async def test_a_service_refuses_what_the_edge_lets_pass(
    platform: Distributed, edge: httpx.AsyncClient
) -> None:
    nobody = await edge.get(FILES)
    owner = await edge.get(FILES, headers=as_role(platform, Role.OWNER))

    assert (nobody.status_code, nobody.json()["type"]) == (401, "/api/problems/token-missing")
    assert (owner.status_code, owner.json()["type"]) == (403, "/api/problems/permission-missing")


async def test_the_documentation_is_of_all_services_and_whole(edge: httpx.AsyncClient) -> None:
    document = (await edge.get("/api/openapi.json")).json()

    operations = [operation for path in document["paths"].values() for operation in path.values()]
    ids = [operation["operationId"] for operation in operations]
    known = {
        f"#/components/{kind}/{name}" for kind, named in document["components"].items() for name in named
    }
    assert {path.split("/")[2] for path in document["paths"]} == {route.service for route in ROUTES}
    assert len(set(ids)) == len(ids)
    assert set(references(document)) <= known
    assert (await edge.get("/api/docs")).status_code == 200


async def test_a_fact_of_one_service_reaches_another_over_kafka(
    platform: Distributed, edge: httpx.AsyncClient
) -> None:
    estate = await bring_in(platform, "分布一区")

    file = await until_well(edge, f"{FILES}/{estate}", as_role(platform, Role.AUTHORITY_OFFICER))

    assert "分布一区" in str(file)
    async with administrator(platform.cluster.admin_dsn) as connection:
        assert await connection.fetchval("SELECT count(*) FROM bus.log") == 0
        assert await connection.fetchval("SELECT count(*) FROM supervision.inbox") > 0


async def test_a_killed_message_process_misses_nothing(
    platform: Distributed, edge: httpx.AsyncClient
) -> None:
    headers = as_role(platform, Role.AUTHORITY_OFFICER)
    worker = platform.processes["supervision.work"]
    await worker.kill()
    estate = await bring_in(platform, "分布二区")
    before = await edge.get(f"{FILES}/{estate}", headers=headers)

    await worker.start()
    file = await until_well(edge, f"{FILES}/{estate}", headers)

    assert before.status_code == 404
    assert "分布二区" in str(file)


async def test_a_killed_http_process_is_missed_alone_and_welcomed_back(
    platform: Distributed, edge: httpx.AsyncClient
) -> None:
    server = platform.processes["estate-registry.serve"]
    await server.kill()
    away = await edge.get("/api/estate-registry/territories")
    other = await edge.get("/api/credit-rating/health/ready")

    await server.start()
    back = await until_well(edge, "/api/estate-registry/territories", {})

    assert (away.status_code, away.json()["type"]) == (503, "/api/problems/service-away")
    assert other.status_code == 200
    assert back["items"]


async def test_a_process_that_dies_is_named_with_its_last_words(
    platform: Distributed, edge: httpx.AsyncClient
) -> None:
    watching = asyncio.create_task(platform.watch())
    await asyncio.sleep(0)
    process = platform.processes["gateway.serve"]
    await process.kill()

    fault = await watching
    await process.start()
    # Others ask the edge for what this process shows.
    await until_well(edge, "/api/schemas", {})

    assert fault.facts["process"] == "gateway.serve"
    assert "gateway.serve" in fault.sentence("zh")
    assert "Uvicorn running" in str(fault.facts["lines"])
