"""The issuer's keys, held in memory, renewed when they change, kept when their source is down."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httpx

from shared.identity.keys import LONGEST_KEY_SET, KeySetRefused, VerificationKey, read_key_set
from shared.logging import get_logger
from shared.settings import IdentitySettings, SigningAlgorithm

__all__ = ["JwksCache", "KeySource", "KeysUnavailable", "file_source", "jwks_cache", "url_source"]

FETCH_TIMEOUT_SECONDS: Final = 5.0
# A key that the issuer withdrew is no longer accepted after this.
LONGEST_AGE_SECONDS: Final = 600.0

KeySource = Callable[[], Awaitable[bytes]]

_log = get_logger(__name__)


class KeysUnavailable(Exception):  # noqa: N818 - named as the fact it states
    """No key has ever been read: nobody can be recognised until the source of the keys answers."""


@dataclass(kw_only=True)
class JwksCache:
    """The keys of one issuer by their id.

    Asked for a key it does not know, it reads the source again, at most every `refresh_seconds`, and once for
    all who wait. `generation` grows whenever the keys change: whatever was concluded from older ones is void.
    """

    source: KeySource
    algorithms: Collection[SigningAlgorithm]
    refresh_seconds: float = 30.0
    monotonic: Callable[[], float] = time.monotonic
    generation: int = 0
    _keys: Mapping[str, VerificationKey] = field(default_factory=dict)
    _document: bytes | None = None
    _tried_at: float | None = None
    _read_at: float | None = None
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    @property
    def ready(self) -> bool:
        """Say whether any key set has been read."""
        return self._document is not None

    async def key(self, kid: str) -> VerificationKey | None:
        """Return the key of this id, or None; raises KeysUnavailable before the first read."""
        await self.freshen()
        if kid not in self._keys:
            await self._read_if_due()
        if not self.ready:
            raise KeysUnavailable
        return self._keys.get(kid)

    async def freshen(self) -> None:
        """Read the source again when the keys are old; while another does so, go on with the old ones."""
        if self._is_old() and not (self.ready and self._reading.locked()):
            await self._read_if_due()

    def _is_old(self) -> bool:
        return self._read_at is None or self.monotonic() - self._read_at >= LONGEST_AGE_SECONDS

    async def _read_if_due(self) -> None:
        async with self._reading:
            now = self.monotonic()
            if self._tried_at is None or now - self._tried_at >= self.refresh_seconds:
                self._tried_at = now
                await self._read(now)

    async def _read(self, now: float) -> None:
        try:
            document = await self.source()
            if document != self._document:
                self._keys = read_key_set(document, algorithms=self.algorithms)
                self._document = document
                self.generation += 1
        except (OSError, httpx.HTTPError, httpx.InvalidURL, KeySetRefused) as failure:
            _log.warning("keys_not_read", failure=type(failure).__name__, kept=len(self._keys))
        else:
            self._read_at = now


def file_source(path: Path) -> KeySource:
    """Read the key set from a file."""

    async def read() -> bytes:
        return await asyncio.to_thread(path.read_bytes)

    return read


def url_source(url: str, *, transport: httpx.AsyncBaseTransport | None = None) -> KeySource:
    """Fetch the key set by HTTP; no redirect is followed, and no more is read than a key set may be long."""

    async def fetch() -> bytes:
        async with (
            httpx.AsyncClient(transport=transport, timeout=FETCH_TIMEOUT_SECONDS) as client,
            client.stream("GET", url, headers={"accept": "application/json"}) as answer,
        ):
            answer.raise_for_status()
            return await _body(answer)

    return fetch


async def _body(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > LONGEST_KEY_SET:
            message = f"The key set is longer than {LONGEST_KEY_SET} bytes."
            raise KeySetRefused(message)
    return bytes(body)


def jwks_cache(settings: IdentitySettings) -> JwksCache:
    """Return the cache for the source that the settings name; raise ValueError when they name none."""
    if settings.jwks_file is not None:
        source = file_source(settings.jwks_file)
    elif settings.jwks_url is not None:
        source = url_source(settings.jwks_url)
    else:
        message = f"Set {settings.variable('jwks_url')} or {settings.variable('jwks_file')}."
        raise ValueError(message)
    return JwksCache(
        source=source, algorithms=settings.algorithms, refresh_seconds=settings.jwks_refresh_seconds
    )
