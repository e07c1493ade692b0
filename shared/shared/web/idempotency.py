"""Idempotency-Key: the first answer is kept in the transaction of its effect and given again.

Same key and same request: the first answer. Same key, another request: 422. Still running: 409.
"""

import hashlib
from typing import Final

from fastapi import Request
from fastapi.responses import Response
from sqlalchemy import Text, bindparam, func, insert, select

from shared.storage import HOUSE_TABLES, Query, Work
from shared.web.refusals import HeaderInvalid, IdempotencyKeyReused, RequestStillRunning

__all__ = ["IDEMPOTENCY_KEY", "key_of", "recall", "remember"]

IDEMPOTENCY_KEY: Final = "idempotency-key"
KEY_MAX: Final = 128
_KEPT_HEADERS: Final = ("etag", "location", "content-type", "consistency-token", "content-disposition")

_answers = HOUSE_TABLES["idempotency"]
# An advisory lock belongs to the whole database, which the one box shares among its services.
_LOCK: Final = Query(
    select(
        func.pg_try_advisory_xact_lock(
            func.hashtextextended(func.concat(func.current_schema(), "\n", bindparam("name", type_=Text)), 0)
        )
    )
)
_FIND: Final = Query(
    select(_answers).where(_answers.c.caller == bindparam("caller"), _answers.c.key == bindparam("key"))
)
_KEEP: Final = Query(insert(_answers))


def key_of(request: Request) -> str | None:
    """Return the key of the request, if it carries one; raise HeaderInvalid for an unusable one."""
    key = request.headers.get(IDEMPOTENCY_KEY)
    if key is not None and not (0 < len(key) <= KEY_MAX and key.isascii() and key.isprintable()):
        raise HeaderInvalid(header="Idempotency-Key")
    return key


async def recall(work: Work, *, key: str, request: Request) -> Response | None:
    """Return the answer this key got before, or None and hold the key until the transaction ends."""
    locked = await work.fetch_one(_LOCK, name=f"{work.actor.person}\n{key}")
    if locked is None or not locked[0]:
        raise RequestStillRunning
    row = await work.fetch_one(_FIND, caller=work.actor.person, key=key)
    if row is None:
        return None
    if row["request_hash"] != await _digest(request):
        raise IdempotencyKeyReused
    headers = {**row["headers"], "idempotency-replayed": "true"}
    return Response(row["body"], status_code=row["status"], headers=headers)


async def remember(work: Work, *, key: str, request: Request, response: Response) -> None:
    """Keep the answer beside its effect."""
    kept = {name: response.headers[name] for name in _KEPT_HEADERS if name in response.headers}
    await work.put(
        _KEEP,
        caller=work.actor.person,
        key=key,
        request_hash=await _digest(request),
        status=response.status_code,
        headers=kept,
        body=bytes(response.body),
        answered_at=work.now,
    )


async def _digest(request: Request) -> bytes:
    head = f"{request.method} {request.url.path}?{request.url.query}\n".encode()
    return hashlib.sha256(head + await request.body()).digest()
