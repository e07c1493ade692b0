"""An edge before small backends: Debian's HAProxy as in production, uvicorn within the test's own process."""

import asyncio
import json
import shutil
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from pathlib import Path

import httpx
import pytest
import pytest_asyncio
import uvicorn
from joserfc.jwk import RSAKey
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import ROUTES, Backend, EdgeSettings, HAProxy, find_haproxy
from shared.clusters import ClusterUnfit, free_ports, scratch_folder
from shared.identity import DevelopmentIssuer, Role
from shared.settings import IdentitySettings, load
from shared.web import VERIFIED_CALLER

ISSUER = "https://login.example.test/realms/city"
SLOW_SECONDS = 5.0


class QuietServer(uvicorn.Server):
    """Leaves the signals to pytest."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


class Echo:
    """A service that says what reached it. Its port stays the same over stop and start.

    Asked for `…/slow` it takes its time; for `…/signed?<key id>` it says that this key's signature was good.
    """

    def __init__(self, service: str, app: ASGIApp | None = None) -> None:
        """Take the service's name, a free port, and the application to serve instead of the echo."""
        self.service = service
        self.port = free_ports()[0]
        self.app = app or self._answer
        self._serving: asyncio.Task[None] | None = None
        self._server: QuietServer | None = None

    async def start(self) -> None:
        """Start, and return when it listens."""
        door = socket.socket()
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        door.bind(("127.0.0.1", self.port))
        self._server = QuietServer(
            uvicorn.Config(self.app, interface="asgi3", lifespan="off", log_config=None)
        )
        self._serving = asyncio.create_task(self._server.serve(sockets=[door]))
        while not self._server.started:  # noqa: ASYNC110 - uvicorn has a flag, not an event
            await asyncio.sleep(0.005)

    async def stop(self) -> None:
        """Stop; nothing when it does not run."""
        if self._server is not None and self._serving is not None:
            self._server.should_exit = self._server.force_exit = True
            await self._serving
            self._server = self._serving = None

    async def _answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        size, more = 0, True
        while more:
            message = await receive()
            size, more = size + len(message.get("body", b"")), message.get("more_body", False)
        heard = {
            "service": self.service,
            "method": scope["method"],
            "path": scope["path"],
            "query": scope["query_string"].decode(),
            "headers": {name.decode(): value.decode() for name, value in scope["headers"]},
            "size": size,
        }
        headers = [(b"content-type", b"application/json")]
        if scope["path"].endswith("/slow"):
            await asyncio.sleep(SLOW_SECONDS)
        if scope["path"].endswith("/signed"):
            headers.append((VERIFIED_CALLER.encode(), scope["query_string"]))
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": json.dumps(heard).encode()})


@pytest.fixture(scope="session", autouse=True)
def haproxy_is_here() -> None:
    """Skip with the cure where there is no HAProxy."""
    try:
        find_haproxy()
    except ClusterUnfit as missing:
        pytest.skip(missing.sentence("en"))


@pytest.fixture
def folder() -> Iterator[Path]:
    """Return a short-lived folder in shared memory."""
    made = scratch_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture(scope="session")
def issuer(tmp_path_factory: pytest.TempPathFactory) -> DevelopmentIssuer:
    """Return whoever the edge believes."""
    settings = load(IdentitySettings, issuer=ISSUER)
    return DevelopmentIssuer.open(folder=tmp_path_factory.mktemp("issuer"), settings=settings)


@pytest.fixture
def token(issuer: DevelopmentIssuer) -> str:
    """Return a good token."""
    return issuer.issue(role=Role.AUTHORITY_OFFICER, territory="610703", person="officer-1")


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def services() -> AsyncIterator[Mapping[str, Echo]]:
    """Return a running backend for each service of the table."""
    made = {route.service: Echo(route.service) for route in ROUTES}
    for echo in made.values():
        await echo.start()
    yield made
    for echo in made.values():
        await echo.stop()


@pytest.fixture
def settings(services: Mapping[str, Echo], issuer: DevelopmentIssuer, folder: Path) -> EdgeSettings:
    """Return what an edge before these backends is told."""
    key = folder / "issuer.pem"
    key.write_bytes(issuer.key.as_pem(private=False))
    return EdgeSettings(
        bind=f"127.0.0.1:{free_ports()[0]}",
        public_keys=[key],
        issuer=ISSUER,
        audience="gongzhi",
        max_connections=500,
        backends=[
            Backend(service=name, servers=[f"127.0.0.1:{echo.port}"]) for name, echo in services.items()
        ],
    )


@pytest.fixture
def open_edge(folder: Path) -> Callable[[EdgeSettings], AbstractAsyncContextManager[httpx.AsyncClient]]:
    """Return what starts an edge and gives a client of it."""

    @asynccontextmanager
    async def opened(told: EdgeSettings) -> AsyncIterator[httpx.AsyncClient]:
        async with HAProxy(settings=told, folder=folder), httpx.AsyncClient(base_url=_url(told)) as client:
            yield client

    return opened


@pytest_asyncio.fixture(loop_scope="session")
async def edge(
    settings: EdgeSettings,
    open_edge: Callable[[EdgeSettings], AbstractAsyncContextManager[httpx.AsyncClient]],
) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of a running edge with the ordinary settings."""
    async with open_edge(settings) as client:
        yield client


@pytest.fixture(scope="session")
def foreign_key() -> RSAKey:
    """Return a key the edge does not know."""
    return RSAKey.generate_key(2048)


def _url(told: EdgeSettings) -> str:
    return f"http://{told.bind}"
