"""What a told story asked and was answered, kept for those who look at it afterwards."""

import re
from dataclasses import dataclass, field
from typing import Any

import httpx

__all__ = ["Exchange", "Recorder", "pattern_of"]


def pattern_of(path: str) -> str:
    """Return what the addresses of a path of the document look like, each parameter a group of its name."""
    return re.sub(r"\{([^}]+)\}", r"(?P<\1>[^/]+)", path.replace(".", r"\."))


@dataclass
class Exchange:
    """One request of the story that was answered well."""

    method: str
    path: str
    body: bytes
    answer: Any
    query: str = ""


@dataclass
class Recorder(httpx.AsyncBaseTransport):
    """Passes requests on and keeps those that were answered well."""

    inner: httpx.AsyncHTTPTransport = field(default_factory=httpx.AsyncHTTPTransport)
    kept: list[Exchange] = field(default_factory=list)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        answer = await self.inner.handle_async_request(request)
        content = await answer.aread()
        if answer.status_code < 400 and "json" in answer.headers.get("content-type", ""):
            made = httpx.Response(answer.status_code, content=content).json()
            query = request.url.query.decode()
            self.kept.append(Exchange(request.method, request.url.path, body, made, query))
        return httpx.Response(answer.status_code, headers=answer.headers, content=content, request=request)

    async def aclose(self) -> None:
        await self.inner.aclose()
