"""Signed calls through the service: what it refuses, in which words, and that nothing is taken twice."""

import asyncio
import json
from datetime import timedelta

import asyncpg
import httpx
import pytest
from exchange_desk import ADMIN, API, ORDER, Office, problem_type

from shared.testing import ServiceDatabase, SettableClock
from shared.web import VERIFIED_CALLER

PATH = f"{API}/orders"
BODY = json.dumps({"orders": [ORDER]}).encode()


def signed(client: httpx.AsyncClient, office: Office, body: bytes = BODY) -> httpx.Request:
    request = client.build_request("POST", PATH, content=body, headers={"content-type": "application/json"})
    office.key.sign(request)
    return request


def altered(request: httpx.Request, body: bytes = BODY, **headers: str) -> httpx.Request:
    """Return a request with another body or other headers, as somebody between could make it."""
    kept = {name: value for name, value in request.headers.items() if name != "content-length"}
    changed = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Request(request.method, request.url, content=body, headers=kept | changed)


def refusal(answer: httpx.Response) -> tuple[int, str]:
    return answer.status_code, problem_type(answer)


async def test_a_signed_call_is_taken_and_its_key_named_to_the_edge(
    client: httpx.AsyncClient, hotline: Office
) -> None:
    answer = await client.send(signed(client, hotline))

    assert (answer.status_code, answer.json()["taken"]) == (200, 1)
    assert answer.headers[VERIFIED_CALLER] == hotline.key.key_id


async def test_a_replay_is_refused_whatever_became_of_the_first(
    client: httpx.AsyncClient, hotline: Office
) -> None:
    good, bad = signed(client, hotline), signed(client, hotline, b"{")

    answers = [await client.send(request) for request in (good, good, bad, bad)]

    assert answers[0].status_code == 200
    assert refusal(answers[1]) == (401, "nonce-used")
    assert answers[2].status_code in {400, 422}
    assert refusal(answers[3]) == (401, "nonce-used")
    assert VERIFIED_CALLER not in answers[3].headers


async def test_of_many_at_a_time_one_is_taken(client: httpx.AsyncClient, hotline: Office) -> None:
    request = signed(client, hotline)

    answers = await asyncio.gather(*(client.send(altered(request)) for _ in range(6)))

    assert sorted(answer.status_code for answer in answers) == [200, *[401] * 5]


async def test_another_body_is_refused_and_does_not_spend_the_nonce(
    client: httpx.AsyncClient, hotline: Office
) -> None:
    request = signed(client, hotline)

    tampered = await client.send(altered(request, BODY.replace(b"complaint", b"petition!")))
    emptied = await client.send(altered(request, b""))
    right = await client.send(request)

    assert refusal(tampered) == refusal(emptied) == (401, "digest-mismatch")
    assert right.status_code == 200


async def test_a_body_that_is_not_covered_is_refused(client: httpx.AsyncClient, hotline: Office) -> None:
    without_body = client.build_request("POST", PATH)
    hotline.key.sign(without_body)

    answer = await client.send(altered(without_body, BODY, content_type="application/json"))

    assert refusal(answer) == (401, "signature-incomplete")
    assert '"content-digest"' in answer.json()["detail"]


async def test_time_key_and_signature_are_judged(
    client: httpx.AsyncClient, hotline: Office, clock: SettableClock
) -> None:
    old, other_path = signed(client, hotline), signed(client, hotline)
    other_path.url = other_path.url.copy_with(query=b"limit=1")
    stranger = signed(client, hotline)
    stated = stranger.headers["signature-input"].replace(hotline.key.key_id, "0" * 16)

    answers = [await client.send(other_path), await client.send(altered(stranger, signature_input=stated))]
    unsigned = await client.send(altered(signed(client, hotline), signature=""))
    clock.advance(timedelta(minutes=5, seconds=1))
    late = await client.send(old)

    assert [refusal(answer) for answer in answers] == [(401, "signature-invalid")] * 2
    assert answers[0].json()["detail"] == answers[1].json()["detail"]
    assert not [answer for answer in (*answers, late) if VERIFIED_CALLER in answer.headers]
    assert refusal(unsigned) == (401, "signature-unreadable")
    assert refusal(late) == (401, "signature-out-of-time")


async def test_whatever_the_edge_says_of_tls_counts(client: httpx.AsyncClient, hotline: Office) -> None:
    request = client.build_request("GET", PATH)
    hotline.key.sign(request)

    answer = await client.send(altered(request, b"", x_forwarded_proto="https"))

    assert answer.status_code == 200


async def test_nonces_are_forgotten_when_no_signature_with_them_is_good(
    client: httpx.AsyncClient, hotline: Office, clock: SettableClock, service_database: ServiceDatabase
) -> None:
    for pause in (0, 9, 2):
        clock.advance(timedelta(minutes=pause))
        await client.send(signed(client, hotline))

    connection = await asyncpg.connect(service_database.admin_dsn)
    kept = await connection.fetch("SELECT key_id, seen_at FROM exchange.department_nonces ORDER BY seen_at")
    await connection.close()
    assert [clock() - row["seen_at"] for row in kept] == [timedelta(minutes=2), timedelta(0)]
    assert {row["key_id"] for row in kept} == {hotline.key.key_id}


@pytest.mark.parametrize("authorization", ["Department 0123456789abcdef.x", "Signature x"])
async def test_the_former_header_opens_nothing(client: httpx.AsyncClient, authorization: str) -> None:
    answer = await client.get(PATH, headers={"authorization": authorization})

    assert answer.status_code == 401


async def test_a_token_goes_before_a_signature(client: httpx.AsyncClient, hotline: Office) -> None:
    request = signed(client, hotline)

    answer = await client.send(altered(request, authorization=ADMIN["authorization"]))

    assert refusal(answer) == (403, "permission-missing")
