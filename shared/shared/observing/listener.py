"""A port that answers Prometheus and the orchestrator. The public edge has no route to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

from shared.logging import get_logger
from shared.observing.exposition import Source, exposition
from shared.observing.health import Answer, WorkHealth, live, ready
from shared.settings import MetricsSettings

__all__ = ["exposing"]

MAX_REQUEST_BYTES: Final = 8 * 1024
PATIENCE_SECONDS: Final = 5.0
METRICS_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
HEALTH_TYPE: Final = "application/json"

_log = get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Response:
    status: HTTPStatus
    content_type: str = METRICS_TYPE
    body: bytes = b""

    def __bytes__(self) -> bytes:
        head = (
            f"HTTP/1.1 {self.status.value} {self.status.phrase}\r\ncontent-type: {self.content_type}\r\n"
            f"content-length: {len(self.body)}\r\nconnection: close\r\n\r\n"
        )
        return head.encode() + self.body


@asynccontextmanager
async def exposing(
    settings: MetricsSettings, *, sources: Sequence[Source], healths: Sequence[WorkHealth] = ()
) -> AsyncIterator[None]:
    """Answer while the block runs, on the port of the settings; without a port do nothing.

    `/metrics` is for Prometheus; with `healths` there are also `/health/live` and `/health/ready`, which
    answer 200 or, naming the part that is not well, 503.
    """
    if settings.metrics_port is None:
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                path = await _path(reader)
                writer.write(bytes(await _response(path, sources, healths)))
                await writer.drain()
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
            _log.info("metrics not delivered", error=type(fault).__name__)
        finally:
            writer.close()

    server = await asyncio.start_server(
        answer, settings.metrics_host, settings.metrics_port, limit=MAX_REQUEST_BYTES
    )
    async with server:
        yield


async def _path(reader: asyncio.StreamReader) -> bytes:
    """Return what is asked for; nothing unless it is a GET."""
    request = await reader.readuntil(b"\r\n\r\n")
    method, _, rest = request.partition(b" ")
    return rest.split(b" ", 1)[0].split(b"?", 1)[0] if method == b"GET" else b""


async def _response(path: bytes, sources: Sequence[Source], healths: Sequence[WorkHealth]) -> _Response:
    if path == b"/metrics":
        return _Response(HTTPStatus.OK, body=await exposition(sources))
    if healths and path == b"/health/live":
        return _of(await live(healths))
    if healths and path == b"/health/ready":
        return _of(await ready(healths))
    return _Response(HTTPStatus.NOT_FOUND)


def _of(answer: Answer) -> _Response:
    status = HTTPStatus.OK if answer.well else HTTPStatus.SERVICE_UNAVAILABLE
    return _Response(status, content_type=HEALTH_TYPE, body=answer.body())
