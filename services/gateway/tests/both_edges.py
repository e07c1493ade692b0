"""The two forms of the edge, each served over a real connection, for the tests that both must pass."""

import asyncio
import json
import socket
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final, Protocol

import httpx
import uvicorn
from jsonschema import Draft202012Validator
from starlette.types import ASGIApp

from gateway import DOCUMENTS, ROUTES, Backend, Documents, Edge, EdgeSettings, Guard, HAProxy, Limits
from shared.clusters import free_ports
from shared.identity import DevelopmentIssuer, TokenVerifier, bearer_token, jwks_cache

PATH: Final = "/api/estate-registry/estates"
SCHEMA: Final = Path(__file__).resolve().parents[4] / "shared" / "suites" / "rfc9457-problem.schema.json"


class OpenEdge(Protocol):
    """Opens an edge with these limits, which takes calls of the pages of these origins."""

    def __call__(
        self, limits: Limits, *, allowed_origins: Sequence[str] = ()
    ) -> AbstractAsyncContextManager[httpx.AsyncClient]: ...


class QuietServer(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


@asynccontextmanager
async def serving(app: ASGIApp, *, port: int) -> AsyncIterator[None]:
    """Serve an application on a port of this machine."""
    door = socket.socket()
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    door.bind(("127.0.0.1", port))
    config = uvicorn.Config(app, interface="asgi3", lifespan="off", log_config=None, proxy_headers=False)
    server = QuietServer(config)
    task = asyncio.create_task(server.serve(sockets=[door]))
    while not server.started:  # noqa: ASYNC110 - uvicorn has a flag, not an event
        await asyncio.sleep(0.005)
    try:
        yield
    finally:
        server.should_exit = server.force_exit = True
        await task


@asynccontextmanager
async def haproxy_edge(
    settings: EdgeSettings, limits: Limits, *, folder: Path, allowed_origins: Sequence[str] = ()
) -> AsyncIterator[httpx.AsyncClient]:
    """Start HAProxy with these limits and give a client of it."""
    pages = Backend(service=DOCUMENTS, servers=[f"127.0.0.1:{free_ports()[0]}"])
    backends = [*settings.backends, pages]
    told = replace(
        settings,
        limits=limits,
        request_timeout_seconds=1,
        backends=backends,
        allowed_origins=allowed_origins,
    )
    async with (
        serving(_documents(), port=int(pages.servers[0].rpartition(":")[2])),
        HAProxy(settings=told, folder=folder),
        httpx.AsyncClient(base_url=f"http://{told.bind}") as client,
    ):
        yield client


def _documents() -> Edge:
    """Return the application that the distributed form serves its documentation by."""

    async def ready() -> Mapping[str, bool]:
        return {DOCUMENTS: True}

    return Edge(apps={}, ready=ready, documents=Documents(dict), pages={})


@asynccontextmanager
async def mounted_edge(
    apps: Mapping[str, ASGIApp],
    limits: Limits,
    *,
    issuer: DevelopmentIssuer,
    allowed_origins: Sequence[str] = (),
) -> AsyncIterator[httpx.AsyncClient]:
    """Serve the one box's edge with these limits and give a client of it."""
    settings = issuer.settings.model_copy(update={"jwks_file": issuer.jwks_file})
    verifier = TokenVerifier(settings=settings, keys=jwks_cache(settings))

    async def ready() -> Mapping[str, bool]:
        return {route.service: True for route in ROUTES}

    edge = Edge(apps=apps, ready=ready, documents=Documents(dict), pages={})
    guard = Guard(
        edge,
        identify=lambda header: verifier.verify(bearer_token(header)),
        limits=limits,
        allowed_origins=allowed_origins,
    )
    port = free_ports()[0]
    async with (
        serving(guard, port=port),
        httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client,
    ):
        yield client


def problem_of(answer: httpx.Response) -> dict[str, Any]:
    """Return a refusal's body, after holding it against the schema of RFC 9457."""
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    problem: dict[str, Any] = answer.json()
    Draft202012Validator(json.loads(SCHEMA.read_text())).validate(problem)
    assert problem["status"] == answer.status_code
    return problem


def kind_of(answer: httpx.Response) -> tuple[int, str]:
    """Return the status and the short type of a refusal."""
    return answer.status_code, problem_of(answer)["type"].removeprefix("/api/problems/")
