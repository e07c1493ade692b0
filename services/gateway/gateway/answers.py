"""The few answers that the edge gives itself."""

import json
from collections.abc import Mapping, Sequence

from starlette.requests import Request
from starlette.types import Receive, Scope, Send

from shared.web import NoSuchAddress, problem

__all__ = ["answer_bytes", "answer_json", "answer_not_found"]


async def answer_json(scope: Scope, send: Send, body: Mapping[str, object], *, status: int = 200) -> None:
    """Answer with a JSON object."""
    text = json.dumps(body, ensure_ascii=False).encode()
    await answer_bytes(scope, send, text, media_type="application/json", status=status)


async def answer_bytes(
    scope: Scope,
    send: Send,
    body: bytes,
    *,
    media_type: str,
    status: int = 200,
    headers: Sequence[tuple[bytes, bytes]] = (),
) -> None:
    """Answer with a whole body; a HEAD request gets the headers alone."""
    fields = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        (b"cache-control", b"no-store"),
        (b"x-content-type-options", b"nosniff"),
        *headers,
    ]
    await send({"type": "http.response.start", "status": status, "headers": fields})
    await send({"type": "http.response.body", "body": b"" if scope["method"] == "HEAD" else body})


async def answer_not_found(scope: Scope, receive: Receive, send: Send) -> None:
    """Answer that there is nothing at this address."""
    await problem(Request(scope), NoSuchAddress())(scope, receive, send)
