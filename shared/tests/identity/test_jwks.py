"""The issuer's keys: renewed when they change, kept when their source is down, screened when read."""

import asyncio
import json
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest
from joserfc.jwk import ECKey

from shared.identity import (
    DevelopmentIssuer,
    JwksCache,
    KeySetRefused,
    KeysUnavailable,
    Role,
    TokenInvalid,
    TokenVerifier,
    jwks_cache,
    url_source,
)
from shared.settings import IdentitySettings, SigningAlgorithm, load

ALGORITHMS = tuple(SigningAlgorithm)
KEYS = {name: ECKey.generate_key("P-256", parameters={"kid": name}) for name in ("old", "new")}


def document(*names: str, **members: object) -> bytes:
    return json.dumps({"keys": [KEYS[name].as_dict(private=False) | members for name in names]}).encode()


@dataclass
class Source:
    """A source that answers what it is told, and counts how often it is asked."""

    answer: bytes | Exception
    asked: int = 0
    gate: asyncio.Event = field(default_factory=asyncio.Event)

    async def __call__(self) -> bytes:
        self.asked += 1
        await self.gate.wait()
        if isinstance(self.answer, Exception):
            raise self.answer
        return self.answer


@pytest.fixture
def source() -> Source:
    open_source = Source(document("old"))
    open_source.gate.set()
    return open_source


@pytest.fixture
def cache(source: Source, seconds: list[float]) -> JwksCache:
    return JwksCache(source=source, algorithms=ALGORITHMS, refresh_seconds=30, monotonic=lambda: seconds[0])


async def test_keys_are_read_once_and_then_remembered(cache: JwksCache, source: Source) -> None:
    assert not cache.ready
    for _ in range(3):
        key = await cache.key("old")
        assert key is not None
        assert (key.kid, key.algorithm) == ("old", SigningAlgorithm.ES256)

    assert (source.asked, cache.ready, cache.generation) == (1, True, 1)


async def test_a_new_key_is_found_after_the_pause_and_the_withdrawn_one_is_gone(
    cache: JwksCache, source: Source, seconds: list[float]
) -> None:
    await cache.key("old")
    source.answer = document("new")

    assert await cache.key("new") is None
    seconds[0] += 30
    assert await cache.key("new") is not None
    assert await cache.key("old") is None
    assert (source.asked, cache.generation) == (2, 2)


async def test_unknown_keys_do_not_make_us_a_hammer(
    cache: JwksCache, source: Source, seconds: list[float]
) -> None:
    for number in range(100):
        await cache.key(f"invented-{number}")
        seconds[0] += 0.5

    assert source.asked == 2


async def test_many_who_wait_for_the_first_keys_read_them_once(cache: JwksCache, source: Source) -> None:
    source.gate.clear()
    waiting = [asyncio.create_task(cache.key("old")) for _ in range(20)]
    await asyncio.sleep(0)
    source.gate.set()

    found = await asyncio.gather(*waiting)
    assert None not in found
    assert source.asked == 1


@pytest.mark.parametrize(
    "failure",
    [
        httpx.ConnectError("down"),
        httpx.ReadTimeout("slow"),
        FileNotFoundError(),
        KeySetRefused("long"),
        b"<html>",
        b"",
        b"null",
        b'{"keys": 5}',
        document("old", d="AA"),
    ],
    ids=lambda failure: type(failure).__name__ + str(failure)[:12],
)
async def test_old_keys_serve_on_while_the_source_is_down_or_talks_nonsense(
    cache: JwksCache, source: Source, seconds: list[float], failure: bytes | Exception
) -> None:
    await cache.key("old")
    source.answer = failure
    seconds[0] += 100_000

    assert await cache.key("old") is not None
    assert await cache.key("new") is None
    assert source.asked == 2

    source.answer = document("old", "new")
    seconds[0] += 30
    assert await cache.key("new") is not None


async def test_before_the_first_keys_nobody_is_refused_for_a_bad_token(
    cache: JwksCache, source: Source, seconds: list[float]
) -> None:
    source.answer = httpx.ConnectError("down")
    for _ in range(3):
        with pytest.raises(KeysUnavailable):
            await cache.key("old")
    assert source.asked == 1

    source.answer = document("old")
    seconds[0] += 30
    assert await cache.key("old") is not None


async def test_while_one_reads_again_the_others_go_on_with_the_old_keys(
    cache: JwksCache, source: Source, seconds: list[float]
) -> None:
    await cache.key("old")
    seconds[0] += 600
    source.gate.clear()
    reading = asyncio.create_task(cache.key("old"))
    await asyncio.sleep(0)

    assert await asyncio.wait_for(cache.key("old"), timeout=1) is not None

    source.gate.set()
    await reading
    assert source.asked == 2


async def test_a_token_of_a_withdrawn_key_is_forgotten(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, source: Source, seconds: list[float]
) -> None:
    source.answer = json.dumps(issuer.jwks()).encode()
    verifier.keys = JwksCache(source=source, algorithms=ALGORITHMS, monotonic=lambda: seconds[0])
    token = issuer.issue(role=Role.AUDITOR, territory="610703", person="auditor-1")
    await verifier.verify(token)
    source.answer = document("new")

    seconds[0] += 600

    with pytest.raises(TokenInvalid):
        await verifier.verify(token)


def serving(answer: httpx.Response) -> httpx.MockTransport:
    return httpx.MockTransport(lambda _request: answer)


async def test_keys_are_fetched_by_http() -> None:
    fetch = url_source(
        "https://issuer.example/jwks", transport=serving(httpx.Response(200, content=document("old")))
    )

    assert await fetch() == document("old")


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(404),
        httpx.Response(302, headers={"location": "https://elsewhere.example"}),
        httpx.Response(200, content=b" " * 300_000),
    ],
    ids=["500", "404", "redirect", "too long"],
)
async def test_an_answer_that_is_no_key_set_counts_as_none(answer: httpx.Response) -> None:
    cache = JwksCache(
        source=url_source("https://issuer.example/jwks", transport=serving(answer)), algorithms=ALGORITHMS
    )

    with pytest.raises(KeysUnavailable):
        await cache.key("old")


async def test_the_settings_name_the_source(tmp_path: Path) -> None:
    (tmp_path / "jwks.json").write_bytes(document("old"))

    cache = jwks_cache(load(IdentitySettings, jwks_file=tmp_path / "jwks.json", jwks_refresh_seconds=5))

    assert await cache.key("old") is not None
    assert cache.refresh_seconds == 5
    assert jwks_cache(load(IdentitySettings, jwks_url="http://127.0.0.1:1/jwks")).ready is False
    with pytest.raises(ValueError, match="GONGZHI_IDENTITY_JWKS_FILE"):
        jwks_cache(load(IdentitySettings))
