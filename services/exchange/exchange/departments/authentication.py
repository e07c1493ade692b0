"""The scheme `signature`: a department's machine shows who it is by signing the request (RFC 9421)."""

from datetime import datetime
from typing import Final

from fastapi import Request

from exchange.departments.keys import find_key, forget_nonces, remember_nonce
from shared.identity import (
    CONTENT_DIGEST,
    DepartmentKey,
    DigestMismatch,
    MessageSignature,
    NonceUsed,
    RequestParts,
    SignatureIncomplete,
    digest_fits,
    read_department_signature,
    verify_department_signature,
)
from shared.kernel import Actor
from shared.storage import Database, Occasion
from shared.web import note_verified_caller

__all__ = ["authenticate"]

_ACTOR: Final = Actor.system("exchange.authentication")


async def authenticate(database: Database, request: Request, now: datetime) -> Actor:
    """Return the department's machine, within the department's territory; raise NotAuthenticated.

    The body is waited for only once the signature is known to be good. The nonce is spent last, and for good:
    what becomes of the request does not give it back.
    """
    parts = _parts_of(request)
    signature = read_department_signature(parts, now=now)
    key = await _find(database, now, signature.key_id)
    key = verify_department_signature(signature, request=parts, key=key)
    _require_signed_body(signature, parts, body=await request.body())
    await _spend_nonce(database, now, signature)
    note_verified_caller(request, key.key_id)
    return key.actor()


def _parts_of(request: Request) -> RequestParts:
    """Return the request as the caller sent it: the edge says whether it came by TLS, and changes no path."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    query: bytes = request.scope["query_string"]
    return RequestParts(
        method=request.method,
        scheme=request.headers.get("x-forwarded-proto", request.scope["scheme"]),
        authority=request.headers.get("host", ""),
        path=raw.partition(b"?")[0].decode("latin-1"),
        query=query.decode("latin-1"),
        headers=request.headers.items(),
    )


def _require_signed_body(signature: MessageSignature, parts: RequestParts, *, body: bytes) -> None:
    covered = CONTENT_DIGEST in signature.components
    if body and not covered:
        raise SignatureIncomplete(missing=f'"{CONTENT_DIGEST}"')
    if covered and not digest_fits(parts.field(CONTENT_DIGEST) or "", body):
        raise DigestMismatch


async def _find(database: Database, now: datetime, key_id: str) -> DepartmentKey | None:
    async with database.read(Occasion(actor=_ACTOR, now=now)) as work:
        return await find_key(work, key_id=key_id)


async def _spend_nonce(database: Database, now: datetime, signature: MessageSignature) -> None:
    """Keep a nonce in a transaction of its own; raise NonceUsed for one that is kept."""
    async with database.begin(Occasion(actor=_ACTOR, now=now)) as work:
        await forget_nonces(work)
        if not await remember_nonce(work, key_id=signature.key_id, nonce=signature.nonce):
            raise NonceUsed
