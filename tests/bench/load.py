"""A closed loop of requests over kept connections: as many as the server answers."""

import asyncio
import time
from dataclasses import dataclass

CONNECTIONS = 16
SECONDS = 5.0
WARM_UP_SECONDS = 1.0


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, sent again and again."""

    method: str
    path: str
    authorization: str
    body: bytes = b""

    def wire(self) -> bytes:
        head = (
            f"{self.method} {self.path} HTTP/1.1\r\nhost: bench\r\nauthorization: {self.authorization}\r\n"
            f"content-type: application/json\r\ncontent-length: {len(self.body)}\r\n\r\n"
        )
        return head.encode() + self.body


async def answers_per_second(port: int, request: Request, *, seconds: float = SECONDS) -> int:
    """Return how many good answers a second the server gives to 16 callers. Any other answer is an error."""
    await _measure(port, request, WARM_UP_SECONDS)
    return await _measure(port, request, seconds)


async def _measure(port: int, request: Request, seconds: float) -> int:
    end = time.monotonic() + seconds
    counts = await asyncio.gather(*(_caller(port, request.wire(), end) for _ in range(CONNECTIONS)))
    return round(sum(counts) / seconds)


async def _caller(port: int, wire: bytes, end: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    count = 0
    while time.monotonic() < end:
        writer.write(wire)
        await _answer(reader)
        count += 1
    writer.close()
    return count


async def _answer(reader: asyncio.StreamReader) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
        message = f"The server answered {head[:200]!r}."
        raise RuntimeError(message)
    length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
    await reader.readexactly(int(length.partition(b":")[2]))
