"""What HAProxy and the edge of the one box both do, in the same words."""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final, Protocol

import httpx
import pytest
import pytest_asyncio
from both_edges import PATH, OpenEdge, haproxy_edge, kind_of, mounted_edge, problem_of, serving
from fastapi import FastAPI, Request, Response
from jsonschema import Draft202012Validator
from starlette.types import ASGIApp, Receive, Scope, Send

from gateway import Backend, EdgeSettings, Limits, Rates
from shared.clusters import free_ports
from shared.identity import DevelopmentIssuer, Role
from shared.messaging import Applier
from shared.storage import Database
from shared.web import MAX_BODY_BYTES, VERIFIED_CALLER, Runtime, create_app

KEY: Final = "0123456789abcdef"
SIGNED_INPUT: Final = {"signature-input": f'sig1=("@method");created=1;keyid="{KEY}";nonce="n"'}
TRACE: Final = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
MEGABYTE: Final = b"x" * 1024 * 1024
PAGE: Final = {"origin": "https://pages.example:8443"}
OF_THE_EDGE: Final = ("ratelimit", "retry-after", "access-control-allow")
ASKING: Final = {"access-control-request-method": "POST", "access-control-request-headers": "if-match"}
ENGLISH: Final = {"accept-language": "de, en;q=0.8, zh;q=0.1"}


class Served(Protocol):
    """A backend of the tests, as an application."""

    app: ASGIApp


@pytest.fixture(params=["haproxy", "mounted"])
def open_edge(
    request: pytest.FixtureRequest,
    settings: EdgeSettings,
    services: Mapping[str, Served],
    issuer: DevelopmentIssuer,
    folder: Path,
) -> OpenEdge:
    """Return what opens one of the two edges before the echoing services."""
    apps = {name: echo.app for name, echo in services.items()}
    if request.param == "haproxy":
        return partial(haproxy_edge, settings, folder=folder)
    return partial(mounted_edge, apps, issuer=issuer)


@pytest_asyncio.fixture(loop_scope="session")
async def edge(open_edge: OpenEdge) -> AsyncIterator[httpx.AsyncClient]:
    async with open_edge(Limits()) as client:
        yield client


def bearer(issuer: DevelopmentIssuer, person: str) -> dict[str, str]:
    token = issuer.issue(role=Role.AUTHORITY_OFFICER, territory="610703", person=person)
    return {"authorization": f"Bearer {token}"}


async def test_an_id_and_a_trace_are_made_and_told(edge: httpx.AsyncClient) -> None:
    first, second = [await edge.get(PATH) for _ in range(2)]

    for answer in (first, second):
        heard = answer.json()["headers"]
        assert heard["x-request-id"] == answer.headers["x-request-id"]
        assert heard["traceparent"] == answer.headers["traceparent"]
        assert re.fullmatch("00-[0-9a-f]{32}-[0-9a-f]{16}-01", heard["traceparent"])
    assert first.headers["x-request-id"] != second.headers["x-request-id"]
    assert first.headers["traceparent"] != second.headers["traceparent"]


@pytest.mark.parametrize("trace", [TRACE, "01" + TRACE[2:] + "-more"])
async def test_a_good_id_and_a_good_trace_are_kept(edge: httpx.AsyncClient, trace: str) -> None:
    answer = await edge.get(PATH, headers={"x-request-id": "my.id-1", "traceparent": trace})

    heard = answer.json()["headers"]
    assert (heard["x-request-id"], heard["traceparent"]) == ("my.id-1", trace)
    assert (answer.headers["x-request-id"], answer.headers["traceparent"]) == ("my.id-1", trace)


@pytest.mark.parametrize(
    "trace",
    [
        "",
        "ff" + TRACE[2:],
        TRACE + "-x",
        TRACE.upper(),
        f"00-{'0' * 32}{TRACE[35:]}",
        TRACE[:-19] + "0" * 16 + "-01",
    ],
)
async def test_a_trace_that_is_none_is_replaced(edge: httpx.AsyncClient, trace: str) -> None:
    answer = await edge.get(PATH, headers={"traceparent": trace})

    assert answer.json()["headers"]["traceparent"] == answer.headers["traceparent"] != trace


async def test_a_refusal_of_the_edge_has_both_marks(edge: httpx.AsyncClient) -> None:
    answer = await edge.get("/nowhere", headers={"x-request-id": "mine", "traceparent": TRACE})

    assert kind_of(answer) == (404, "no-such-address")
    assert (answer.headers["x-request-id"], answer.headers["traceparent"]) == ("mine", TRACE)
    assert problem_of(answer)["instance"] == "/nowhere"


@pytest.mark.parametrize(
    ("accepted", "language"),
    [
        (None, "zh-CN"),
        ("en", "en"),
        ("EN-GB,zh;q=0.9", "en"),
        ("zh-TW, en;q=0.5", "zh-CN"),
        ("en;q=0.2,zh;q=0.9", "zh-CN"),
        ("de,fr", "zh-CN"),
    ],
)
async def test_a_refusal_is_told_in_the_readers_language(
    edge: httpx.AsyncClient, accepted: str | None, language: str
) -> None:
    answer = await edge.get("/nowhere", headers={"accept-language": accepted} if accepted else {})

    problem = problem_of(answer)
    assert answer.headers["content-language"] == language
    assert problem["title"].isascii() == problem["detail"].isascii() == (language == "en")


async def test_the_type_of_a_problem_leads_to_a_page_without_a_token(edge: httpx.AsyncClient) -> None:
    refused = await edge.get(PATH, headers={"authorization": "Bearer x"})
    page, index = await edge.get(problem_of(refused)["type"]), await edge.get("/api/problems")
    unknown = await edge.get("/api/problems/nothing-we-send")

    assert (page.status_code, index.status_code) == (200, 200)
    assert page.headers["content-type"] == index.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1>token-invalid</h1>" in page.text
    assert problem_of(refused)["type"] in index.text
    assert kind_of(unknown) == (404, "no-such-address")


async def test_every_answer_says_what_is_granted_and_what_is_left(
    open_edge: OpenEdge, issuer: DevelopmentIssuer
) -> None:
    async with open_edge(Limits(requests_per_10s=3)) as edge:
        answers = [await edge.get(PATH, headers=bearer(issuer, "eager")) for _ in range(5)]
        other = await edge.get(PATH, headers=bearer(issuer, "patient"))

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429, 429]
    assert [answer.headers["ratelimit"] for answer in (*answers, other)] == [
        f'"caller";r={left};t=11' for left in (2, 1, 0, 0, 0, 2)
    ]
    assert {answer.headers["ratelimit-policy"] for answer in (*answers, other)} == {'"caller";q=3;w=10'}
    assert [answer.headers.get("retry-after") for answer in answers] == [None] * 3 + ["11"] * 2
    assert kind_of(answers[4]) == (429, "too-many-requests")


async def test_the_document_tells_of_the_edge_what_the_edge_sends(open_edge: OpenEdge) -> None:
    document = service_app().openapi()
    health = document["paths"]["/api/exchange/health/ready"]["get"]["responses"]["200"]
    told = {200: health["headers"], 429: document["components"]["responses"]["Problem429"]["headers"]}
    async with open_edge(Limits(requests_per_10s=1), allowed_origins=[PAGE["origin"]]) as edge:
        answers = [await edge.get(PATH, headers=PAGE) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [200, 429]
    for answer in answers:
        fields = {
            name.lower(): part["$ref"].rpartition("/")[2] for name, part in told[answer.status_code].items()
        }
        sent = {name for name in answer.headers if name.startswith(OF_THE_EDGE)}
        assert sent == {name for name in fields if name.startswith(OF_THE_EDGE)}
        for name in sent:
            schema = document["components"]["headers"][fields[name]]["schema"]
            value = answer.headers[name]
            Draft202012Validator(schema).validate(int(value) if schema["type"] == "integer" else value)


@pytest.mark.slow
async def test_whoever_waits_as_told_is_let_in_again(open_edge: OpenEdge) -> None:
    async with open_edge(Limits(requests_per_10s=12)) as edge:
        while (refused := await edge.get(PATH)).status_code == 200:
            pass
        await asyncio.sleep(int(refused.headers["retry-after"]))
        again = await edge.get(PATH)

    assert (refused.status_code, again.status_code) == (429, 200)


async def test_bad_tokens_and_all_without_one_are_counted_by_address(open_edge: OpenEdge) -> None:
    async with open_edge(Limits(requests_per_10s=4)) as edge:
        answers = [await edge.get(PATH, headers={"authorization": f"Bearer {n}"}) for n in range(2)]
        answers += [await edge.get(PATH) for _ in range(3)]

    assert [answer.status_code for answer in answers] == [401, 401, 200, 200, 429]
    assert kind_of(answers[0]) == (401, "token-invalid")
    assert answers[0].headers["www-authenticate"] == 'Bearer realm="gongzhi"'


async def test_health_is_never_refused_nor_counted(open_edge: OpenEdge) -> None:
    async with open_edge(Limits(requests_per_10s=1)) as edge:
        answers = [await edge.get("/health/live") for _ in range(3)]

    assert [(each.status_code, "ratelimit" in each.headers) for each in answers] == [(200, False)] * 3


async def test_a_department_key_counts_when_its_signature_was_found_good(open_edge: OpenEdge) -> None:
    signed = f"/api/exchange/signed?{KEY}"
    async with open_edge(Limits(department_requests_per_10s=2)) as edge:
        named_only = [await edge.get("/api/exchange/feed", headers=SIGNED_INPUT) for _ in range(4)]
        proved = [await edge.get(signed, headers=SIGNED_INPUT) for _ in range(4)]
        nobody = await edge.get("/api/exchange/feed")

    assert [answer.status_code for answer in named_only] == [200] * 4
    assert [answer.status_code for answer in proved] == [200, 200, 429, 429]
    assert [answer.headers["ratelimit"] for answer in proved[:2]] == [
        f'"department";r={left};t=11' for left in (1, 0)
    ]
    assert proved[0].headers["ratelimit-policy"] == '"department";q=2;w=10'
    assert not [answer for answer in proved if VERIFIED_CALLER in answer.headers]
    assert nobody.status_code == 200


async def test_no_web_page_may_call_unless_its_origin_is_allowed(open_edge: OpenEdge) -> None:
    async with open_edge(Limits()) as closed:
        unset = [await closed.get(PATH, headers=PAGE), await closed.options(PATH, headers=PAGE | ASKING)]
    async with open_edge(Limits(), allowed_origins=["https://other.example"]) as edge:
        foreign = [await edge.get(PATH, headers=PAGE), await edge.options(PATH, headers=PAGE | ASKING)]

    for answer in (*unset, *foreign):
        assert answer.json()["service"] == "estate-registry"
        assert not [name for name in answer.headers if name.startswith("access-control-")]
    assert [answer.headers.get("vary") for answer in (*unset, *foreign)] == [None, None, "origin", "origin"]


async def test_a_page_of_an_allowed_origin_reads_every_answer(open_edge: OpenEdge) -> None:
    limits = Limits(requests_per_10s=2)
    async with open_edge(limits, allowed_origins=["https://other.example", PAGE["origin"]]) as edge:
        answers = [
            await edge.get("/health/live", headers=PAGE),
            await edge.get(PATH, headers=PAGE),
            await edge.get("/nowhere", headers=PAGE),
            await edge.get(PATH, headers=PAGE),
            await edge.request("TRACE", PATH, headers=PAGE),
        ]

    assert [answer.status_code for answer in answers] == [200, 200, 404, 429, 405]
    for answer in answers:
        assert answer.headers["access-control-allow-origin"] == PAGE["origin"]
        assert answer.headers["vary"] == "origin"
        readable = set(answer.headers["access-control-expose-headers"].split(", "))
        assert {"ETag", "RateLimit", "RateLimit-Policy", "Retry-After", "Consistency-Token"} < readable
        # A page shows its own token; cookies have no part in this.
        assert "access-control-allow-credentials" not in answer.headers


async def test_a_preflight_of_an_allowed_page_is_answered_and_not_counted(open_edge: OpenEdge) -> None:
    async with open_edge(Limits(requests_per_10s=1), allowed_origins=[PAGE["origin"]]) as edge:
        asked = [await edge.options(PATH, headers=PAGE | ASKING) for _ in range(3)]
        plain = await edge.options(PATH, headers=PAGE)

    for answer in asked:
        assert (answer.status_code, answer.content) == (204, b"")
        assert answer.headers["access-control-allow-origin"] == PAGE["origin"]
        assert answer.headers["access-control-allow-methods"] == "GET, HEAD, POST, PUT, PATCH, DELETE"
        assert answer.headers["access-control-max-age"] == "600"
        sendable = set(answer.headers["access-control-allow-headers"].split(", "))
        assert {"Authorization", "Content-Type", "Idempotency-Key", "If-Match"} < sendable
        assert "ratelimit" not in answer.headers
    # No preflight: the service says what it is.
    assert plain.json()["method"] == "OPTIONS"


@pytest.mark.parametrize("method", ["TRACE", "PROPFIND"])
async def test_a_method_that_no_interface_has_is_refused(edge: httpx.AsyncClient, method: str) -> None:
    answer = await edge.request(method, PATH)

    assert kind_of(answer) == (405, "method-not-allowed")
    assert answer.headers["allow"] == "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"


async def test_a_body_that_says_it_is_too_large_is_refused(open_edge: OpenEdge) -> None:
    async with open_edge(Limits(max_body_bytes=1000)) as edge:
        fits = await edge.post(PATH, content=b"x" * 1000)
        over = await edge.post(PATH, content=b"x" * 1001)

    assert fits.json()["size"] == 1000
    assert kind_of(over) == (413, "body-too-large")


async def test_an_answer_that_is_late_is_a_problem(open_edge: OpenEdge) -> None:
    async with open_edge(Limits(server_timeout_seconds=1)) as edge:
        answer = await edge.get("/api/exchange/slow", headers=ENGLISH)

    assert kind_of(answer) == (504, "answer-late")
    assert "Idempotency-Key" in problem_of(answer)["detail"]


async def test_a_body_that_stops_on_its_way_is_a_problem(open_edge: OpenEdge) -> None:
    async with open_edge(Limits(client_timeout_seconds=1)) as edge:
        reader, writer = await asyncio.open_connection("127.0.0.1", edge.base_url.port)
        writer.write(f"POST {PATH} HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf".encode())
        async with asyncio.timeout(20):
            head = (await reader.readuntil(b"\r\n\r\n")).decode()
        writer.close()

    assert head.startswith("HTTP/1.1 408 ")
    assert "application/problem+json" in head


async def test_a_slow_body_that_keeps_coming_is_taken(open_edge: OpenEdge) -> None:
    async def drops() -> AsyncIterator[bytes]:
        for _ in range(4):
            await asyncio.sleep(0.5)
            yield b"drop"

    async with open_edge(Limits(client_timeout_seconds=1, server_timeout_seconds=4)) as edge:
        answer = await edge.post(PATH, content=drops())

    assert answer.json()["size"] == 16


def service_app() -> FastAPI:
    """Return the application of a real service, without a database."""
    unused = Database(dsn="postgresql://nobody@localhost/none", schema="none")
    nothing = Applier(database=unused, consumer="none", subscriptions={})
    runtime = Runtime(database=unused, cursor_key=b"", authenticators={}, applier=nothing)
    return create_app(name="exchange", routers=[], runtime=runtime)


def counting_app() -> ASGIApp:
    """Return a real service's application with one address that reads the body and asks no database."""
    app = service_app()

    @app.post("/api/exchange/length")
    async def length(request: Request) -> int:
        return len(await request.body())

    async def counting(scope: Scope, receive: Receive, send: Send) -> None:
        well = scope["path"].endswith("/health/ready")
        await (Response() if well else app)(scope, receive, send)

    return counting


@pytest.mark.parametrize("form", ["haproxy", "mounted"])
async def test_a_body_in_chunks_has_the_same_limit(
    form: str, settings: EdgeSettings, services: Mapping[str, Served], issuer: DevelopmentIssuer, folder: Path
) -> None:
    async with _before(counting_app(), form, settings, services, issuer, folder) as edge:
        fits = await _chunked(edge, b"0\r\n\r\n", until=str(MAX_BODY_BYTES).encode())
        over = await _chunked(edge, b"1\r\nx\r\n", until=b"}")

    assert fits.startswith("HTTP/1.1 200 ")
    assert over.startswith("HTTP/1.1 413 ")
    assert "/api/problems/body-too-large" in over


async def _chunked(edge: httpx.AsyncClient, last: bytes, *, until: bytes) -> str:
    """Send as much as may be in chunks, then a last one, and return the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", edge.base_url.port)
    writer.write(b"POST /api/exchange/length HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n")
    for _ in range(MAX_BODY_BYTES // len(MEGABYTE)):
        writer.write(f"{len(MEGABYTE):x}\r\n".encode() + MEGABYTE + b"\r\n")
        await writer.drain()
    writer.write(last)
    async with asyncio.timeout(60):
        answer = await reader.readuntil(until)
    writer.close()
    return answer.decode()


@asynccontextmanager
async def _before(
    app: ASGIApp,
    form: str,
    settings: EdgeSettings,
    services: Mapping[str, Served],
    issuer: DevelopmentIssuer,
    folder: Path,
) -> AsyncIterator[httpx.AsyncClient]:
    """Open an edge before this application in the place of exchange."""
    if form == "mounted":
        apps = {name: echo.app for name, echo in services.items()} | {"exchange": app}
        async with mounted_edge(apps, Limits(), issuer=issuer) as client:
            yield client
        return
    port = free_ports()[0]
    others = [backend for backend in settings.backends if backend.service != "exchange"]
    backends = [*others, Backend(service="exchange", servers=[f"127.0.0.1:{port}"])]
    told = replace(settings, backends=backends)
    async with serving(app, port=port), haproxy_edge(told, Limits(), folder=folder) as client:
        yield client


class Hand:
    """A clock to set."""

    seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


def test_a_rate_wanes_within_two_windows() -> None:
    hand = Hand()
    rates = Rates(monotonic=hand)
    for _ in range(10):
        rates.count("one")

    seen = []
    for hand.seconds in (0.0, 9.9, 10.0, 11.0, 15.0, 19.9, 20.0):
        seen.append(rates.rate("one"))

    assert seen == [10, 10, 10, 9, 5, 0, 0]
    assert rates.rate("other") == 0


def test_the_name_that_was_away_longest_is_forgotten() -> None:
    rates = Rates(monotonic=Hand(), most_names=2)
    for name in ("a", "b", "a", "c"):
        rates.count(name)

    assert [rates.rate(name) for name in "abc"] == [2, 0, 1]
