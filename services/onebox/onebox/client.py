"""The command line's way to a running platform."""

import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, Final, Self

import httpx

__all__ = ["Client", "PlatformRefused", "PlatformUnreachable"]

TIMEOUT_SECONDS: Final = 30.0


class PlatformUnreachable(Exception):  # noqa: N818 - named as the fact it states
    """Nothing answers at the address."""


class PlatformRefused(Exception):  # noqa: N818 - named as the fact it states
    """The platform answered with a problem; `problem` is its body."""

    def __init__(self, request: httpx.Request, answer: httpx.Response) -> None:
        """Read the problem details, or what came instead of them."""
        self.status = answer.status_code
        self.problem: Mapping[str, Any] = _body(answer)
        detail = self.problem.get("detail", answer.text[:500])
        errors = "".join(f"\n  {error}" for error in self.problem.get("errors", ()))
        super().__init__(f"{request.method} {request.url.path}: {self.status} {detail}{errors}")


def _body(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


class Client:
    """An HTTP client of the platform that raises PlatformRefused for every refusal."""

    def __init__(
        self,
        url: str,
        *,
        verify: ssl.SSLContext | bool = True,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """Take the platform's address; `verify` says which certificates are believed."""
        self.url = url
        self._http = httpx.AsyncClient(
            base_url=url, timeout=TIMEOUT_SECONDS, verify=verify, transport=transport
        )

    async def __aenter__(self) -> Self:
        """Open."""
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close."""
        await self._http.aclose()

    async def send(
        self,
        method: str,
        path: str,
        *,
        authorization: str | None = None,
        body: object = None,
        content: bytes | None = None,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        auth: httpx.Auth | None = None,
    ) -> httpx.Response:
        """Send one request; raise PlatformRefused from status 400, PlatformUnreachable without an answer."""
        all_headers = {**(headers or {}), **({"authorization": authorization} if authorization else {})}
        try:
            answer = await self._http.request(
                method, path, json=body, content=content, params=params, headers=all_headers, auth=auth
            )
        except httpx.TransportError as fault:
            message = f"无法连接平台 {self.url}，请先执行 gongzhi up / Nothing answers at {self.url}: {fault}"
            raise PlatformUnreachable(message) from fault
        if answer.is_error:
            raise PlatformRefused(answer.request, answer)
        return answer
