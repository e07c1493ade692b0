"""A port that answers `GET /metrics` and nothing else. The public edge has no route to it."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Final

from shared.logging import get_logger
from shared.observing.exposition import Source, exposition
from shared.settings import MetricsSettings

__all__ = ["exposing"]

MAX_REQUEST_BYTES: Final = 8 * 1024
PATIENCE_SECONDS: Final = 5.0
CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"

_log = get_logger(__name__)


@asynccontextmanager
async def exposing(settings: MetricsSettings, *, sources: Sequence[Source]) -> AsyncIterator[None]:
    """Answer while the block runs, on the port of the settings; without a port do nothing."""
    if settings.metrics_port is None:
        yield
        return

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await _answer(reader, writer, sources)
        except (OSError, TimeoutError, asyncio.IncompleteReadError, asyncio.LimitOverrunError) as fault:
            _log.info("metrics not delivered", error=type(fault).__name__)
        finally:
            writer.close()

    server = await asyncio.start_server(
        answer, settings.metrics_host, settings.metrics_port, limit=MAX_REQUEST_BYTES
    )
    async with server:
        yield


async def _answer(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, sources: Sequence[Source]
) -> None:
    request = await reader.readuntil(b"\r\n\r\n")
    known = request.startswith((b"GET /metrics ", b"GET /metrics?"))
    body = await exposition(sources) if known else b""
    head = (
        f"HTTP/1.1 {'200 OK' if known else '404 Not Found'}\r\ncontent-type: {CONTENT_TYPE}\r\n"
        f"content-length: {len(body)}\r\nconnection: close\r\n\r\n"
    )
    writer.write(head.encode() + body)
    await writer.drain()
