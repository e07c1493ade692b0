"""What every route promises of keys and versions, tried on each request of a told story.

Before a request is made its key is sent misspelt and, where the route says that it takes one, a version
that nobody has; afterwards the same key comes again with the same body and with another.
"""

import json
import re
from base64 import urlsafe_b64decode
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from uuid import uuid4

import httpx

from shared.web import operations
from tests.story.recording import Recorder, pattern_of

__all__ = ["KEY", "KEY_MALFORMED", "KEY_REUSED", "REPLAYED", "TrialRecorder", "declares", "kind"]

KEY: Final = "idempotency-key"
REPLAYED: Final = "idempotency-replayed"
KEY_MALFORMED: Final = "x" * 129
KEY_REUSED: Final = (422, "idempotency-key-reused")
STALE: Final = {"if-match": '"999999999"'}
SIGNED: Final = "signature-input"
OTHER_BODY: Final = b'{"another": "body"}'


def kind(answer: httpx.Response) -> tuple[int, str]:
    """Return the status of an answer and the kind of its problem."""
    problem = answer.headers.get("content-type", "") == "application/problem+json"
    return answer.status_code, str(answer.json()["type"]).rpartition("/")[2] if problem else ""


def declares(operation: Mapping[str, Any], parameter: str) -> bool:
    """Say whether an operation says that it takes a header field."""
    return any(one.get("$ref", "").endswith(f"/{parameter}") for one in operation["parameters"])


@dataclass
class TrialRecorder(Recorder):
    """Tries the promises of each unsafe request that somebody makes with a token, and notes what fails.

    `tried` has the operations whose promises were all tried, `used_keys` who last used which key where.
    """

    document: dict[str, Any] = field(default_factory=dict)
    tried: set[str] = field(default_factory=set)
    faults: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    used_keys: dict[str, tuple[str, str]] = field(default_factory=dict)

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        operation = self._operation(request)
        if operation is None or request.method == "GET" or SIGNED in request.headers:
            return await super().handle_async_request(request)
        return await self._try(request, operation)

    async def _try(self, request: httpx.Request, operation: Mapping[str, Any]) -> httpx.Response:
        name = operation["operationId"]
        if not declares(operation, "IdempotencyKey"):
            refused = kind(await self._send(request, {KEY: f"walk-{uuid4()}"}))
            self._expect(name, "a key that is not taken", refused[0], 400)
            self.tried.add(name)
            return await super().handle_async_request(request)
        malformed = kind(await self._send(request, {KEY: KEY_MALFORMED}))
        stale = kind(await self._send(request, STALE)) if declares(operation, "IfMatch") else None
        key = {KEY: f"walk-{uuid4()}"}
        answer = await super().handle_async_request(with_fields(request, key))
        if answer.is_error:
            return answer
        again = await self._send(request, key)
        other = kind(await self._send(request, key, content=OTHER_BODY))
        self._expect(name, "a malformed key", malformed, (400, "header-invalid"))
        self._expect(name, "the same answer", (again.status_code, again.content), _said(answer))
        self._expect(name, "a replay is told", again.headers.get(REPLAYED), "true")
        self._expect(name, "a key for another body", other, KEY_REUSED)
        if stale is not None:
            self._expect(name, "a version nobody has", stale[0], 412)
        self.tried.add(name)
        self.used_keys[request.url.path.split("/")[2]] = (_person(request), key[KEY])
        return answer

    def _expect(self, name: str, what: str, actual: object, expected: object) -> None:
        if actual != expected:
            self.faults[name].append(f"{what}: {actual!r}, not {expected!r}")

    async def _send(
        self, request: httpx.Request, fields: Mapping[str, str], *, content: bytes | None = None
    ) -> httpx.Response:
        answer = await self.inner.handle_async_request(with_fields(request, fields, content=content))
        return httpx.Response(answer.status_code, headers=answer.headers, content=await answer.aread())

    def _operation(self, request: httpx.Request) -> Mapping[str, Any] | None:
        for path, method, operation in operations(self.document):
            pattern = pattern_of(path)
            if method.upper() == request.method and re.fullmatch(pattern, request.url.path):
                return operation
        return None


def with_fields(
    request: httpx.Request, fields: Mapping[str, str], *, content: bytes | None = None
) -> httpx.Request:
    """Return a copy of a request with further header fields, and another body if one is given."""
    headers = {name: value for name, value in request.headers.items() if name != "content-length"}
    if content is not None:
        headers["content-type"] = "application/json"
    body = request.content if content is None else content
    return httpx.Request(request.method, request.url, headers={**headers, **fields}, content=body)


def _said(answer: httpx.Response) -> tuple[int, bytes]:
    return answer.status_code, answer.content


def _person(request: httpx.Request) -> str:
    """Return whose token a request bears."""
    claims = request.headers["authorization"].split(".")[1]
    return str(json.loads(urlsafe_b64decode(claims + "=="))["sub"])
