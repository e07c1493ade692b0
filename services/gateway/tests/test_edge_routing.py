"""HAProxy sends requests where the table says, within limits, and tells what it cannot do."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

import httpx
import pytest

from gateway import DOCUMENTS, ROUTES, Backend, EdgeSettings, HAProxy, Limits, render
from shared.clusters import ServerFailed, free_ports
from shared.identity import DevelopmentIssuer, Role

PATH: Final = "/api/estate-registry/estates"
READY_SECONDS: Final = 45.0
# Longer than HAProxy waits between two looks, and as many looks as end in a verdict.
SLOW_SECONDS: Final = 1.5
SLOW_LOOKS: Final = 3
OpenEdge = Callable[[EdgeSettings], AbstractAsyncContextManager[httpx.AsyncClient]]


class Restartable(Protocol):
    """What the tests do with a backend."""

    port: int

    async def start(self) -> None: ...

    async def stop(self) -> None: ...


def assert_problem(answer: httpx.Response, status: int, slug: str) -> None:
    problem = answer.json()
    assert (answer.status_code, problem["status"]) == (status, status)
    assert problem["type"] == f"/api/problems/{slug}"
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["content-language"] == "zh-CN"
    assert all(problem[part] for part in ("title", "detail"))


async def until(edge: httpx.AsyncClient, path: str, status: int) -> httpx.Response:
    """Ask until the answer has a status; the last answer is returned."""
    async with asyncio.timeout(READY_SECONDS):
        while (answer := await edge.get(path)).status_code != status:  # noqa: ASYNC110 - asked over HTTP
            await asyncio.sleep(0.05)
    return answer


@pytest.mark.parametrize("service", [route.service for route in ROUTES])
async def test_each_prefix_reaches_its_service_with_the_whole_path(
    edge: httpx.AsyncClient, service: str
) -> None:
    heard = (await edge.get(f"/api/{service}/a/%E6%B1%89/c?x=1&y=%2F")).json()

    assert (heard["service"], heard["path"], heard["query"]) == (
        service,
        f"/api/{service}/a/汉/c",
        "x=1&y=%2F",
    )


async def test_a_body_arrives_whole(edge: httpx.AsyncClient) -> None:
    heard = (await edge.post(PATH, content=b"x" * 100_000)).json()

    assert (heard["method"], heard["size"]) == ("POST", 100_000)


@pytest.mark.parametrize("path", ["/", "/api", "/api/estate-registry", "/api/estate-registryx/a", "/metrics"])
async def test_an_unknown_path_is_not_found(edge: httpx.AsyncClient, path: str) -> None:
    assert_problem(await edge.get(path), 404, "no-such-address")


async def test_the_edge_says_that_it_lives_whatever_the_token(edge: httpx.AsyncClient) -> None:
    answer = await edge.get("/health/live", headers={"authorization": "Bearer x"})

    assert (answer.status_code, answer.json()) == (200, {"status": "ok"})


async def test_readiness_names_the_service_that_is_away(
    edge: httpx.AsyncClient, services: Mapping[str, Restartable]
) -> None:
    everyone = {route.service: True for route in ROUTES}
    assert (await until(edge, "/health/ready", 200)).json() == {"status": "ok", "parts": everyone}

    await services["exchange"].stop()
    try:
        away = await until(edge, "/health/ready", 503)
    finally:
        await services["exchange"].start()

    assert away.json() == {"status": "not ready", "parts": {**everyone, "exchange": False}}


async def test_a_request_gets_an_id_that_is_answered_too(edge: httpx.AsyncClient) -> None:
    answer = await edge.get(PATH)

    assert len(answer.headers["x-request-id"]) == len("00000000-0000-0000-0000-000000000000")
    assert answer.json()["headers"]["x-request-id"] == answer.headers["x-request-id"]


async def test_a_request_keeps_a_harmless_id_of_its_own(edge: httpx.AsyncClient) -> None:
    answer = await edge.get(PATH, headers={"x-request-id": "my-request.1"})

    assert answer.json()["headers"]["x-request-id"] == answer.headers["x-request-id"] == "my-request.1"


@pytest.mark.parametrize("given", ['a"b', "a b", "x" * 65, "good,{bad}"])
async def test_an_id_that_could_do_harm_is_replaced(edge: httpx.AsyncClient, given: str) -> None:
    answer = await edge.get(PATH, headers={"x-request-id": given})

    assert given not in answer.text
    assert answer.json()["headers"]["x-request-id"] == answer.headers["x-request-id"] != given


async def test_nobody_can_lend_another_address(edge: httpx.AsyncClient) -> None:
    headers = {"x-forwarded-for": "10.0.0.1", "x-forwarded-proto": "https"}

    heard = (await edge.get(PATH, headers=headers)).json()["headers"]

    assert (heard["x-forwarded-for"], heard["x-forwarded-proto"]) == ("127.0.0.1", "http")


async def test_a_caller_over_the_limit_is_told_when_to_come_back(
    settings: EdgeSettings, open_edge: OpenEdge, issuer: DevelopmentIssuer
) -> None:
    def headers(person: str) -> dict[str, str]:
        token = issuer.issue(role=Role.AUTHORITY_OFFICER, territory="610703", person=person)
        return {"authorization": f"Bearer {token}"}

    async with open_edge(replace(settings, limits=Limits(requests_per_10s=5))) as edge:
        first = [(await edge.get(PATH, headers=headers("eager"))).status_code for _ in range(5)]
        over = await edge.get(PATH, headers=headers("eager"))
        other = await edge.get(PATH, headers=headers("patient"))

    assert first == [200] * 5
    assert_problem(over, 429, "too-many-requests")
    assert over.headers["retry-after"] == "11"
    assert other.status_code == 200


async def test_bad_tokens_are_counted_by_address(settings: EdgeSettings, open_edge: OpenEdge) -> None:
    async with open_edge(replace(settings, limits=Limits(requests_per_10s=5))) as edge:
        answers = [
            (await edge.get(PATH, headers={"authorization": f"Bearer {number}"})).status_code
            for number in range(7)
        ]

    assert answers == [401] * 5 + [429] * 2


async def test_a_body_over_the_limit_is_refused(settings: EdgeSettings, open_edge: OpenEdge) -> None:
    async with open_edge(replace(settings, limits=Limits(max_body_bytes=1000))) as edge:
        fits = await edge.post(PATH, content=b"x" * 1000)
        over = await edge.post(PATH, content=b"x" * 1001)

    assert fits.json()["size"] == 1000
    assert_problem(over, 413, "body-too-large")


async def test_a_service_that_is_away_is_missed_and_welcomed_back(
    edge: httpx.AsyncClient, services: Mapping[str, Restartable]
) -> None:
    path = "/api/supervision/circulars"
    await services["supervision"].stop()
    try:
        away = await edge.get(path)
        elsewhere = await edge.get(PATH)
    finally:
        await services["supervision"].start()
    back = await until(edge, path, 200)

    assert_problem(away, 503, "service-away")
    assert away.headers["retry-after"] == "2"
    assert elsewhere.status_code == 200
    assert back.json()["service"] == "supervision"


@asynccontextmanager
async def breaking_backend(heard: list[str]) -> AsyncIterator[int]:
    """Run a backend that is well, and breaks off every other request; yield its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, path, _ = (await reader.readuntil(b"\r\n\r\n")).decode().split(" ", 2)
        if path.endswith("/health/ready"):
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n")
            await writer.drain()
        else:
            heard.append(method)
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


@pytest.mark.parametrize(("method", "times"), [("GET", 3), ("POST", 1), ("PUT", 1), ("DELETE", 1)])
async def test_only_a_safe_request_is_sent_again(
    settings: EdgeSettings, open_edge: OpenEdge, method: str, times: int
) -> None:
    heard: list[str] = []

    async with breaking_backend(heard) as port:
        backends = [
            replace(backend, servers=[f"127.0.0.1:{port}"]) if backend.service == "exchange" else backend
            for backend in settings.backends
        ]
        async with open_edge(replace(settings, backends=backends)) as edge:
            answer = await edge.request(method, "/api/exchange/orders")

    assert heard == [method] * times
    assert_problem(answer, 502, "answer-lost")


@asynccontextmanager
async def slow_backend(looks: list[str]) -> AsyncIterator[int]:
    """Run a backend that takes its time to say that it is well, and none to answer; yield its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).decode().split(" ", 2)[1]
        if path.endswith("/health/ready"):
            await asyncio.sleep(SLOW_SECONDS)
            looks.append(path)
        writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def test_a_service_that_is_slow_to_say_that_it_is_well_is_not_taken_for_gone(
    settings: EdgeSettings, open_edge: OpenEdge
) -> None:
    looks: list[str] = []
    answers: set[int] = set()

    async with slow_backend(looks) as port:
        backends = [
            replace(backend, servers=[f"127.0.0.1:{port}"]) if backend.service == "exchange" else backend
            for backend in settings.backends
        ]
        async with open_edge(replace(settings, backends=backends)) as edge, asyncio.timeout(READY_SECONDS):
            while len(looks) < SLOW_LOOKS:
                answers.add((await edge.get("/api/exchange/orders")).status_code)
                await asyncio.sleep(0.1)

    assert answers == {200}


async def test_an_answer_that_comes_too_late_is_not_asked_for_again(
    settings: EdgeSettings, open_edge: OpenEdge
) -> None:
    heard: list[str] = []

    async def never(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        heard.append((await reader.readline()).decode().split(" ")[1])
        await reader.read()
        writer.close()

    server = await asyncio.start_server(never, "127.0.0.1", 0)
    async with server:
        address = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"
        backends = [
            replace(backend, servers=[address]) if backend.service == "exchange" else backend
            for backend in settings.backends
        ]
        async with open_edge(
            replace(settings, backends=backends, limits=Limits(server_timeout_seconds=1))
        ) as edge:
            answer = await edge.get("/api/exchange/feed")

    assert_problem(answer, 504, "answer-late")
    assert heard.count("/api/exchange/feed") == 1


async def test_a_reload_refuses_no_request(
    settings: EdgeSettings, folder: Path, services: Mapping[str, Restartable]
) -> None:
    answers: list[int] = []
    over = asyncio.Event()

    async def go_on(edge: httpx.AsyncClient) -> None:
        while not over.is_set():
            # A connection of its own each time: those are what a careless reload refuses.
            answers.append((await edge.get(PATH, headers={"connection": "close"})).status_code)

    haproxy = HAProxy(settings=settings, folder=folder)
    async with (
        haproxy,
        httpx.AsyncClient(base_url=f"http://{settings.bind}") as edge,
        asyncio.TaskGroup() as group,
    ):
        for _ in range(4):
            group.create_task(go_on(edge))
        for limit in (100, 200, 300):
            before = len(answers)
            while len(answers) < before + 30:  # noqa: ASYNC110 - counted, so that a busy machine sees a load too
                await asyncio.sleep(0.02)
            await haproxy.reload(replace(settings, limits=Limits(max_body_bytes=limit)))
        async with asyncio.timeout(READY_SECONDS):
            while (await edge.post(PATH, content=b"x" * 301)).status_code != 413:  # noqa: ASYNC110 - over HTTP
                await asyncio.sleep(0.05)
        over.set()

    assert services
    assert len(answers) >= 90
    assert set(answers) == {200}


async def test_a_configuration_that_haproxy_does_not_take_changes_nothing(
    settings: EdgeSettings, folder: Path
) -> None:
    haproxy = HAProxy(settings=settings, folder=folder)

    async with haproxy, httpx.AsyncClient(base_url=f"http://{settings.bind}") as edge:
        before = haproxy.configuration.read_text()
        with pytest.raises(ServerFailed, match="nowhere"):
            await haproxy.reload(replace(settings, public_keys=[Path("/nowhere/key.pem")]))

        assert haproxy.configuration.read_text() == before
        assert (await edge.get(PATH)).status_code == 200


async def test_haproxy_leaves_no_process_behind(settings: EdgeSettings, folder: Path) -> None:
    async with HAProxy(settings=settings, folder=folder) as haproxy:
        child = haproxy.child

    assert child is not None
    assert not child.running
    with pytest.raises(httpx.ConnectError):
        async with httpx.AsyncClient(base_url=f"http://{settings.bind}") as edge:
            await edge.get("/health/live")


async def test_documentation_is_served_where_a_backend_for_it_is_given(
    settings: EdgeSettings, open_edge: OpenEdge, services: Mapping[str, Restartable]
) -> None:
    documents = Backend(service=DOCUMENTS, servers=[f"127.0.0.1:{services['exchange'].port}"])
    paths = (
        "/api/docs",
        "/api/docs/start.js",
        "/api/openapi.json",
        "/api/schemas",
        "/api/schemas/urn:gongzhi:schema:nz.x.Y.v1",
    )

    async with open_edge(replace(settings, backends=[*settings.backends, documents])) as edge:
        served = [(await edge.get(path)).json()["path"] for path in paths]
    async with open_edge(settings) as edge:
        missing = [(await edge.get(path)).status_code for path in paths]

    assert served == list(paths)
    assert missing == [404] * len(paths)


@pytest.mark.parametrize("lacking", ["backend", "key"])
def test_a_configuration_without_a_backend_or_a_key_is_not_made(settings: EdgeSettings, lacking: str) -> None:
    changes = {
        "backend": replace(settings, backends=settings.backends[1:]),
        "key": replace(settings, public_keys=[]),
    }

    with pytest.raises(ValueError, match=r"No backend for estate-registry\.|No key"):
        render(changes[lacking])


def test_names_are_looked_up_as_it_runs_where_a_resolver_is_given(settings: EdgeSettings) -> None:
    told = replace(settings, resolver=f"127.0.0.1:{free_ports()[0]}", most_replicas=4)

    lines = render(told).splitlines()

    templates = [line.split()[1:3] for line in lines if line.strip().startswith("server-template")]
    assert templates == [[f"{route.service}-1-", "4"] for route in ROUTES]
