"""The department's end of a signed call, as an authentication of httpx."""

import secrets
from base64 import b64decode, b64encode
from collections.abc import Generator
from dataclasses import replace
from typing import Final

import httpx

from shared.identity.message_signatures import (
    CONTENT_DIGEST,
    SIGNATURE,
    SIGNATURE_INPUT,
    MessageSignature,
    RequestParts,
    SignatureAlgorithm,
    content_digest,
)
from shared.kernel import Clock, system_clock

__all__ = ["SignedCalls"]

NONCE_BYTES: Final = 16
LABEL: Final = "sig1"
COVERED: Final = ("@method", "@authority", "@path", "@query")


class SignedCalls(httpx.Auth):
    """Signs each request with a key; `secret` is in base64, as it was shown."""

    requires_request_body = True

    def __init__(
        self, *, key_id: str, secret: str, algorithm: SignatureAlgorithm, clock: Clock = system_clock
    ) -> None:
        """Take a key."""
        self.key_id = key_id
        self._secret = b64decode(secret)
        self._algorithm = algorithm
        self._clock = clock

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request signed."""
        self.sign(request)
        yield request

    def sign(self, request: httpx.Request) -> None:
        """Put the signature in a request's headers, with the digest of its body when it has one."""
        covered: tuple[str, ...] = COVERED
        if request.content:
            request.headers[CONTENT_DIGEST] = content_digest(request.content)
            covered = (*COVERED, CONTENT_DIGEST)
        stated = self._stated(covered)
        base = stated.base(_parts_of(request))
        signed = replace(stated, value=self._algorithm.sign(self._secret, base))
        request.headers[SIGNATURE_INPUT] = f"{LABEL}={signed.line}"
        request.headers[SIGNATURE] = f"{LABEL}=:{b64encode(signed.value).decode()}:"

    def _stated(self, covered: tuple[str, ...]) -> MessageSignature:
        nonce, created = secrets.token_hex(NONCE_BYTES), int(self._clock().timestamp())
        names = " ".join(f'"{name}"' for name in covered)
        return MessageSignature(
            line=f'({names});created={created};keyid="{self.key_id}";nonce="{nonce}"',
            components=covered,
            created=created,
            key_id=self.key_id,
            nonce=nonce,
            expires=None,
            algorithm=None,
            value=b"",
        )


def _parts_of(request: httpx.Request) -> RequestParts:
    path, _, query = request.url.raw_path.decode().partition("?")
    return RequestParts(
        method=request.method,
        scheme=request.url.scheme,
        authority=request.headers["host"],
        path=path,
        query=query,
        headers=request.headers.multi_items(),
    )
