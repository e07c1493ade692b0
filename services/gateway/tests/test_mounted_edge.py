"""The edge in one process: the same table, without HAProxy."""

import json
from collections.abc import AsyncIterator, Mapping
from typing import Final

import httpx
import pytest
import pytest_asyncio
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import ROUTES, Documents, Edge

EVERYONE: Final = {route.service: True for route in ROUTES}


def saying(name: str) -> ASGIApp:
    async def app(scope: Scope, _receive: Receive, send: Send) -> None:
        said = json.dumps({"app": name, "path": scope["path"], "root": scope.get("root_path", "")})
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": said.encode()})

    return app


@pytest.fixture
def parts() -> dict[str, bool]:
    return dict(EVERYONE)


@pytest_asyncio.fixture(loop_scope="session")
async def client(parts: dict[str, bool]) -> AsyncIterator[httpx.AsyncClient]:
    async def ready() -> Mapping[str, bool]:
        return parts

    edge = Edge(
        apps={route.service: saying(route.service) for route in ROUTES},
        ready=ready,
        documents=Documents(lambda: {"openapi": "3.1.0", "paths": {}}),
        pages={"/identity/": saying("identity")},
    )
    transport = httpx.ASGITransport(app=edge)
    async with httpx.AsyncClient(transport=transport, base_url="http://gongzhi.test") as opened:
        yield opened


@pytest.mark.parametrize("service", [route.service for route in ROUTES])
async def test_each_prefix_reaches_its_application_with_the_whole_path(
    client: httpx.AsyncClient, service: str
) -> None:
    answer = await client.get(f"/api/{service}/a/b")

    assert answer.json() == {"app": service, "path": f"/api/{service}/a/b", "root": ""}


async def test_a_page_is_found_by_its_prefix(client: httpx.AsyncClient) -> None:
    assert (await client.get("/identity/jwks.json")).json()["app"] == "identity"


@pytest.mark.parametrize("path", ["/", "/api", "/api/estate-registry", "/identity", "/api/unknown/a"])
async def test_an_unknown_path_is_a_problem(client: httpx.AsyncClient, path: str) -> None:
    answer = await client.get(path)

    assert (answer.status_code, answer.json()["type"]) == (404, "/api/problems/no-such-address")
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["instance"] == path


async def test_it_says_that_it_lives_and_is_ready(client: httpx.AsyncClient) -> None:
    live, ready = await client.get("/health/live"), await client.get("/health/ready")

    assert (live.status_code, live.json()) == (200, {"status": "ok"})
    assert (ready.status_code, ready.json()) == (200, {"status": "ok", "parts": EVERYONE})


async def test_readiness_names_the_part_that_is_not(
    client: httpx.AsyncClient, parts: dict[str, bool]
) -> None:
    parts["exchange"] = False

    answer = await client.get("/health/ready")

    assert (answer.status_code, answer.json()["status"]) == (503, "not ready")
    assert answer.json()["parts"] == {**EVERYONE, "exchange": False}
