"""HAProxy judges tokens before a service hears of them."""

import base64
import hmac
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Final

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from gateway import EdgeSettings, HAProxy
from shared.identity import DevelopmentIssuer
from shared.kernel import system_clock

PATH: Final = "/api/estate-registry/estates"
INVALID: Final = "/api/problems/token-invalid"
EXPIRED: Final = "/api/problems/token-expired"


def claims(
    issuer: DevelopmentIssuer, changes: Mapping[str, object] = MappingProxyType({})
) -> dict[str, object]:
    now = int(system_clock().timestamp())
    stated = {
        "iss": issuer.settings.issuer,
        "aud": "gongzhi",
        "sub": "officer-1",
        "iat": now,
        "exp": now + 600,
        **changes,
    }
    return {name: value for name, value in stated.items() if value is not None}


def signed(
    issuer: DevelopmentIssuer,
    changes: Mapping[str, object] = MappingProxyType({}),
    *,
    key: RSAKey | None = None,
) -> str:
    return jwt.encode({"alg": "RS256"}, claims(issuer, changes), key or issuer.key)


def unsigned(issuer: DevelopmentIssuer) -> str:
    parts = ({"alg": "none"}, claims(issuer))
    return ".".join(b64(json.dumps(part).encode()) for part in parts) + "."


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


async def ask(edge: httpx.AsyncClient, authorization: str) -> httpx.Response:
    return await edge.get(PATH, headers={"authorization": authorization})


def assert_refused(answer: httpx.Response, kind: str) -> None:
    problem = answer.json()
    assert (answer.status_code, problem["type"], problem["status"]) == (401, kind, 401)
    assert set(problem) == {"type", "title", "status", "detail", "instance"}
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["www-authenticate"] == 'Bearer realm="gongzhi"'


async def test_a_good_token_reaches_the_service_as_it_came(edge: httpx.AsyncClient, token: str) -> None:
    answer = await ask(edge, f"Bearer {token}")

    assert answer.status_code == 200
    assert answer.json()["headers"]["authorization"] == f"Bearer {token}"


@pytest.mark.parametrize("scheme", ["bearer", "BEARER", "Bearer"])
async def test_the_scheme_is_known_in_any_case(edge: httpx.AsyncClient, token: str, scheme: str) -> None:
    assert (await ask(edge, f"{scheme} {token}")).status_code == 200


async def test_an_audience_may_stand_in_a_list(edge: httpx.AsyncClient, issuer: DevelopmentIssuer) -> None:
    answer = await ask(edge, f"Bearer {signed(issuer, {'aud': ['statistics', 'gongzhi']})}")

    assert answer.status_code == 200


@pytest.mark.parametrize("seconds_left", [-10, 10])
async def test_a_clock_may_differ_by_the_skew(
    edge: httpx.AsyncClient, issuer: DevelopmentIssuer, seconds_left: int
) -> None:
    end = int(system_clock().timestamp()) + seconds_left

    assert (await ask(edge, f"Bearer {signed(issuer, {'exp': end})}")).status_code == 200


async def test_a_token_that_has_ended_is_refused(edge: httpx.AsyncClient, issuer: DevelopmentIssuer) -> None:
    long_ended = int(system_clock().timestamp()) - 600

    assert_refused(await ask(edge, f"Bearer {signed(issuer, {'exp': long_ended})}"), EXPIRED)


@pytest.mark.parametrize(
    "wrong",
    [
        {"iss": "https://elsewhere.example.test"},
        {"iss": None},
        {"aud": "statistics"},
        {"aud": ["statistics", "archive"]},
        {"aud": None},
        {"exp": None},
        {"exp": -1},
        {"exp": "never"},
    ],
)
async def test_a_token_for_others_or_for_ever_is_refused(
    edge: httpx.AsyncClient, issuer: DevelopmentIssuer, wrong: dict[str, object]
) -> None:
    assert_refused(await ask(edge, f"Bearer {signed(issuer, wrong)}"), INVALID)


async def test_a_token_under_a_foreign_key_is_refused(
    edge: httpx.AsyncClient, issuer: DevelopmentIssuer, foreign_key: RSAKey
) -> None:
    assert_refused(await ask(edge, f"Bearer {signed(issuer, key=foreign_key)}"), INVALID)


async def test_an_altered_token_is_refused(edge: httpx.AsyncClient, token: str) -> None:
    header, payload, signature = token.split(".")
    altered = f"{header}.{payload[:-2]}{'AA' if payload[-2:] != 'AA' else 'BB'}.{signature}"

    assert_refused(await ask(edge, f"Bearer {altered}"), INVALID)


async def test_a_token_without_a_signature_is_refused(
    edge: httpx.AsyncClient, issuer: DevelopmentIssuer
) -> None:
    assert_refused(await ask(edge, f"Bearer {unsigned(issuer)}"), INVALID)


async def test_the_public_key_is_no_password_to_sign_with(
    edge: httpx.AsyncClient, issuer: DevelopmentIssuer
) -> None:
    # By hand: libraries refuse to take a public key for a password.
    said = ".".join(b64(json.dumps(part).encode()) for part in ({"alg": "HS256"}, claims(issuer)))
    seal = hmac.digest(issuer.key.as_pem(private=False), said.encode(), "sha256")
    forged = f"{said}.{b64(seal)}"

    assert_refused(await ask(edge, f"Bearer {forged}"), INVALID)


@pytest.mark.parametrize("nonsense", ["Bearer x", "Bearer a.b.c", "Bearer ..", "bearer a b"])
async def test_what_is_no_token_is_refused(edge: httpx.AsyncClient, nonsense: str) -> None:
    assert_refused(await ask(edge, nonsense), INVALID)


async def test_without_a_token_the_service_says_what_is_public(edge: httpx.AsyncClient) -> None:
    answer = await edge.get(PATH)

    assert (answer.status_code, "authorization" in answer.json()["headers"]) == (200, False)


async def test_a_department_key_is_for_the_service_to_judge(edge: httpx.AsyncClient) -> None:
    key = f"Department {'0' * 16}.{'a' * 43}"

    assert (await ask(edge, key)).json()["headers"]["authorization"] == key


async def test_two_keys_of_the_issuer_are_good_at_a_time(
    settings: EdgeSettings, issuer: DevelopmentIssuer, foreign_key: RSAKey, folder: Path
) -> None:
    second = folder / "second.pem"
    second.write_bytes(foreign_key.as_pem(private=False))
    both = replace(settings, public_keys=[*settings.public_keys, second])

    async with (
        HAProxy(settings=both, folder=folder),
        httpx.AsyncClient(base_url=f"http://{both.bind}") as client,
    ):
        answers = [
            await ask(client, f"Bearer {signed(issuer, key=key)}") for key in (issuer.key, foreign_key)
        ]

    assert [answer.status_code for answer in answers] == [200, 200]
