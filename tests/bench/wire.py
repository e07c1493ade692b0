"""A small HTTP client on kept connections: it takes a tenth of what httpx does, which shares the machine."""

import asyncio
import json
from typing import Any

CONNECTIONS = 48


class Wire:
    """Sends requests to the ports of one service in turn; whoever finds no free connection waits."""

    def __init__(self, ports: list[int]) -> None:
        self._ports = ports
        self._free: asyncio.LifoQueue[_Connection] = asyncio.LifoQueue()
        for number in range(CONNECTIONS):
            self._free.put_nowait(_Connection(ports[number % len(ports)]))

    async def ask(self, method: str, path: str, token: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
        """Return the answer's JSON; any but a good answer is an error."""
        connection = await self._free.get()
        try:
            return await connection.ask(_request(method, path, token, body))
        finally:
            self._free.put_nowait(connection)


class _Connection:
    def __init__(self, port: int) -> None:
        self._port = port
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def ask(self, request: bytes) -> Any:  # noqa: ANN401 - JSON
        if self._streams is None:
            self._streams = await asyncio.open_connection("127.0.0.1", self._port)
        reader, writer = self._streams
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = next(line for line in head.lower().split(b"\r\n") if line.startswith(b"content-length:"))
        content = await reader.readexactly(int(length.partition(b":")[2]))
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            message = f"{request[:200]!r} was answered by {head[:40]!r} {content.decode()}"
            raise RuntimeError(message)
        return json.loads(content)


def _request(method: str, path: str, token: str, body: object) -> bytes:
    content = b"" if body is None else json.dumps(body).encode()
    head = (
        f"{method} {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content
