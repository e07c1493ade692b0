"""HAProxy while it runs: reloads and new keys under load, servers that die, its log and its figures."""

import asyncio
import json
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from both_edges import PATH, kind_of, problem_of
from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway import EdgeSettings, HAProxy
from shared.clusters import free_ports
from shared.identity import DevelopmentIssuer
from shared.kernel import system_clock

CALLERS: Final = 6
RELOADS: Final = 4
SHARE: Final = 40


class Load:
    """Callers that ask without pause, each over connections it keeps, until told to stop."""

    def __init__(self, address: str, authorization: Callable[[], str]) -> None:
        """Take the edge's address and what makes each request's header."""
        self.answers: list[int] = []
        self._address = address
        self._authorization = authorization
        self._over = asyncio.Event()

    @asynccontextmanager
    async def running(self) -> AsyncIterator[None]:
        """Ask while the block runs."""
        async with asyncio.TaskGroup() as group:
            for number in range(CALLERS):
                group.create_task(self._ask(keep=number % 2 == 0))
            yield
            self._over.set()

    async def goes_on(self) -> None:
        """Wait for so many further answers, however busy the machine is."""
        before = len(self.answers)
        while len(self.answers) < before + SHARE:  # noqa: ASYNC110 - counted, not timed
            await asyncio.sleep(0.02)

    async def _ask(self, *, keep: bool) -> None:
        async with httpx.AsyncClient(base_url=self._address) as client:
            while not self._over.is_set():
                headers = {"authorization": self._authorization()} | ({} if keep else {"connection": "close"})
                answer = await client.post(PATH, content=b"x" * 30_000, headers=headers)
                self.answers.append(answer.status_code if answer.json().get("size") == 30_000 else 0)


def signed(issuer: DevelopmentIssuer, key: RSAKey) -> str:
    now = int(system_clock().timestamp())
    claims = {"iss": issuer.settings.issuer, "aud": "gongzhi", "sub": "p", "iat": now, "exp": now + 600}
    return "Bearer " + jwt.encode({"alg": "RS256"}, claims, key)


def plentiful(settings: EdgeSettings) -> EdgeSettings:
    return replace(settings, limits=replace(settings.limits, requests_per_10s=1_000_000))


async def test_a_reload_breaks_no_request_on_kept_connections_either(
    settings: EdgeSettings, folder: Path, token: str
) -> None:
    told = plentiful(settings)
    load = Load(f"http://{told.bind}", lambda: f"Bearer {token}")

    async with HAProxy(settings=told, folder=folder) as haproxy, load.running():
        for clock_skew in range(RELOADS):
            await load.goes_on()
            await haproxy.reload(replace(told, clock_skew_seconds=clock_skew))
        await load.goes_on()

    assert len(load.answers) >= 2 * SHARE
    assert set(load.answers) == {200}


async def test_the_issuers_keys_change_without_a_refused_request(
    settings: EdgeSettings, folder: Path, issuer: DevelopmentIssuer, foreign_key: RSAKey
) -> None:
    old, new = signed(issuer, issuer.key), signed(issuer, foreign_key)
    second = folder / "second.pem"
    second.write_bytes(foreign_key.as_pem(private=False))
    told = plentiful(settings)
    in_use = [old]
    load = Load(f"http://{told.bind}", lambda: random.choice(in_use))  # noqa: S311 - any of them

    async with HAProxy(settings=told, folder=folder) as haproxy, httpx.AsyncClient() as client:

        async def status(token: str) -> int:
            answer = await client.get(f"http://{told.bind}{PATH}", headers={"authorization": token})
            return answer.status_code

        async def until(token: str, expected: int) -> None:
            async with asyncio.timeout(30):
                while await status(token) != expected:  # noqa: ASYNC110 - asked over HTTP
                    await asyncio.sleep(0.02)

        before = await status(new)
        async with load.running():
            await haproxy.reload(replace(told, public_keys=[*told.public_keys, second]))
            await until(new, 200)
            in_use[:] = [old, new]
            await load.goes_on()
            in_use[:] = [new]
            await load.goes_on()
            await haproxy.reload(replace(told, public_keys=[second]))
            await until(old, 401)

    assert before == 401
    assert len(load.answers) >= 2 * SHARE
    assert set(load.answers) == {200}


@asynccontextmanager
async def dying_server(heard: list[str], *, after: bytes, times: int) -> AsyncIterator[int]:
    """Run a server whose first answers break off after some bytes; yield its port."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        method, path, _ = (await reader.readuntil(b"\r\n\r\n")).decode().split(" ", 2)
        well = path.endswith("/health/ready")
        if not well:
            heard.append(method)
        whole = well or len(heard) > times
        writer.write(
            b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}" if whole else after
        )
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield server.sockets[0].getsockname()[1]


async def ask_dying(
    settings: EdgeSettings, folder: Path, method: str, *, after: bytes
) -> tuple[list[str], httpx.Response]:
    heard: list[str] = []
    async with dying_server(heard, after=after, times=1) as port:
        backends = [
            replace(backend, servers=[f"127.0.0.1:{port}"]) if backend.service == "exchange" else backend
            for backend in settings.backends
        ]
        told = replace(settings, backends=backends)
        async with (
            HAProxy(settings=told, folder=folder),
            httpx.AsyncClient(base_url=f"http://{told.bind}") as client,
        ):
            return heard, await client.request(
                method, "/api/exchange/orders", headers={"accept-language": "en"}
            )


@pytest.mark.parametrize(("method", "status", "times"), [("GET", 200, 2), ("POST", 502, 1), ("PUT", 502, 1)])
async def test_a_server_that_dies_before_it_answers_is_asked_again_for_what_changes_nothing(
    settings: EdgeSettings, folder: Path, method: str, status: int, times: int
) -> None:
    heard, answer = await ask_dying(settings, folder, method, after=b"")

    assert (answer.status_code, heard) == (status, [method] * times)
    if status == httpx.codes.BAD_GATEWAY:
        assert kind_of(answer) == (502, "answer-lost")
        assert "same Idempotency-Key" in problem_of(answer)["detail"]


async def test_half_an_answer_is_never_passed_on_as_a_whole_one(settings: EdgeSettings, folder: Path) -> None:
    half = b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"

    with pytest.raises(httpx.RemoteProtocolError):
        await ask_dying(settings, folder, "GET", after=half)


async def spoken(settings: EdgeSettings, words: bytes) -> httpx.Response:
    """Say something that is not quite HTTP and return the answer."""
    host, _, port = settings.bind.rpartition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(words)
    async with asyncio.timeout(20):
        head, _, body = (await reader.read()).partition(b"\r\n\r\n")
    writer.close()
    lines = head.decode().split("\r\n")
    headers = dict(line.split(": ", 1) for line in lines[1:])
    return httpx.Response(int(lines[0].split()[1]), headers=headers, content=body)


@pytest.mark.parametrize(
    ("words", "status"),
    [
        (b"GET /api/exchange/feed HTTP/1.1\r\nhost: x\r\nbad header\r\n\r\n", 400),
        (b"GET /api/exchange/feed HTTP/1.1\r\nhost: x\r\n", 408),
    ],
)
async def test_what_is_no_whole_request_is_refused_below_all_rules(
    settings: EdgeSettings, folder: Path, words: bytes, status: int
) -> None:
    told = replace(settings, request_timeout_seconds=1)

    async with HAProxy(settings=told, folder=folder):
        answer = await spoken(told, words)

    # HAProxy's own page: it has no other for what it cannot read.
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/html")


def logged(haproxy: HAProxy) -> list[dict[str, Any]]:
    lines = haproxy.log.read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines if line.startswith("{")]


async def test_the_log_has_one_object_a_request_and_no_secret(
    settings: EdgeSettings, folder: Path, token: str
) -> None:
    trace = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
    headers = {"authorization": f"Bearer {token}", "x-request-id": "mine", "traceparent": trace}

    async with (
        HAProxy(settings=settings, folder=folder) as haproxy,
        httpx.AsyncClient(base_url=f"http://{settings.bind}") as client,
    ):
        await client.post(f'{PATH}/a"b\\c?phone=13812341234', content=b"xyz", headers=headers)
        await client.get("/nowhere")
        await spoken(settings, b"nonsense\r\n\r\n")
        await asyncio.sleep(0.1)
        entries = logged(haproxy)
        whole = haproxy.log.read_text(encoding="utf-8")

    served, unknown, bad = entries[-3:]
    assert {name: served[name] for name in ("request_id", "trace_id", "method", "status", "service")} == {
        "request_id": "mine",
        "trace_id": "4bf92f3577b34da6a3ce929d0e0e4736",
        "method": "POST",
        "status": 200,
        "service": "estate-registry",
    }
    assert served["path"].startswith(PATH)
    assert served["total_ms"] >= served["response_ms"] >= 0
    assert len(served["caller"]) == 16
    assert (unknown["status"], unknown["path"]) == (404, "/nowhere")
    assert set(bad) == {"time", "client", "failure"}
    assert not [secret for secret in (token, "officer-1", "13812341234") if secret in whole]


async def test_the_figures_are_told_at_an_address_of_their_own(settings: EdgeSettings, folder: Path) -> None:
    told = replace(settings, metrics_bind=f"127.0.0.1:{free_ports()[0]}")

    async with HAProxy(settings=told, folder=folder), httpx.AsyncClient() as client:
        await client.get(f"http://{told.bind}{PATH}")
        figures = await client.get(f"http://{told.metrics_bind}/metrics")
        public = await client.get(f"http://{told.bind}/metrics")

    assert 'haproxy_frontend_http_requests_total{proxy="edge"}' in figures.text
    assert 'haproxy_server_status{proxy="exchange",server="exchange-1",state="UP"} 1' in figures.text
    assert public.status_code == 404
