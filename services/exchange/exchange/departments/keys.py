"""Keys and what was signed with them, as rows.

A secret lies under seal, bound to its key: copied to another it does not open.
"""

from base64 import b64decode
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, insert, select, tuple_, update
from sqlalchemy.dialects.postgresql import insert as upsert

from exchange.departments.domain import Key
from exchange.departments.tables import department_keys, department_nonces, departments
from shared.identity import SIGNATURE_WINDOW, DepartmentKey, SignatureAlgorithm
from shared.kernel import new_id
from shared.privacy import SealedColumn
from shared.storage import Query, Work, in_scope

__all__ = ["SEALED", "find_key", "forget_nonces", "insert_key", "keys_of", "remember_nonce", "withdraw"]

# More than come in with one call, so that what is forgotten keeps up.
FORGOTTEN_AT_ONCE: Final = 20
_KEY_COLUMNS: Final = (
    "key_id",
    "made_at",
    "made_by",
    "valid_from",
    "valid_until",
    "withdrawn_at",
    "withdrawn_by",
)

_rows = departments.c
_keys = department_keys.c
_SECRET: Final = SealedColumn(column=_keys.secret, key=_keys.id, place="department_keys.secret")
SEALED: Final = (_SECRET,)
_KEYS: Final = Query(
    select(department_keys)
    .where(_keys.department_id == bindparam("department_id"))
    .order_by(_keys.made_at, _keys.key_id)
)
_INSERT_KEY: Final = Query(insert(department_keys))
_WITHDRAW: Final = Query(
    update(department_keys)
    .where(_keys.key_id == bindparam("key"), _keys.withdrawn_at.is_(None))
    .values(withdrawn_at=bindparam("at"), withdrawn_by=bindparam("by"), secret=None)
)
_FIND_KEY: Final = Query(
    select(_keys.key_id, _keys.id, _keys.algorithm, _keys.secret, _rows.code, _rows.territory)
    .join(departments, _rows.id == _keys.department_id)
    .where(
        _keys.key_id == bindparam("key_id"),
        _keys.withdrawn_at.is_(None),
        _keys.valid_from <= bindparam("now"),
        _keys.valid_until > bindparam("now"),
        in_scope(_rows.territory),
    )
)
_nonces = department_nonces.c
_INSERT_NONCE: Final = Query(upsert(department_nonces).on_conflict_do_nothing().returning(_nonces.nonce))
_FORGET_NONCES: Final = Query(
    delete(department_nonces).where(
        tuple_(_nonces.key_id, _nonces.nonce).in_(
            select(_nonces.key_id, _nonces.nonce)
            .where(_nonces.seen_at < bindparam("before"))
            .order_by(_nonces.seen_at)
            .limit(bindparam("limit"))
            .with_for_update(skip_locked=True)
        )
    )
)


async def keys_of(work: Work, *, department_id: UUID) -> list[Key]:
    """Return every key a department ever had, the oldest first."""
    rows = await work.fetch_all(_KEYS, department_id=department_id)
    return [
        Key(**{name: row[name] for name in _KEY_COLUMNS}, algorithm=SignatureAlgorithm(row["algorithm"]))
        for row in rows
    ]


async def insert_key(work: Work, key: Key, *, department_id: UUID, secret: str) -> None:
    """Keep a key with its secret under seal."""
    row = new_id()
    await work.execute(
        _INSERT_KEY,
        **{name: getattr(key, name) for name in _KEY_COLUMNS},
        id=row,
        department_id=department_id,
        algorithm=key.algorithm,
        secret=_SECRET.seal(secret, row=row),
    )


async def withdraw(work: Work, *, key_id: str) -> None:
    """Withdraw a key and give its secret up; one that is withdrawn keeps its first withdrawal."""
    await work.execute(_WITHDRAW, key=key_id, at=work.now, by=work.actor.person)


async def find_key(work: Work, *, key_id: str) -> DepartmentKey | None:
    """Return a key that is in force, with the department it belongs to."""
    row = await work.fetch_one(_FIND_KEY, key_id=key_id, now=work.now)
    if row is None:
        return None
    return DepartmentKey(
        key_id=row["key_id"],
        department=row["code"],
        territory=row["territory"],
        algorithm=SignatureAlgorithm(row["algorithm"]),
        secret=b64decode(_SECRET.open(row["secret"], row=row["id"]) or ""),
    )


async def remember_nonce(work: Work, *, key_id: str, nonce: str) -> bool:
    """Keep a nonce of a key; return whether it is new."""
    kept = await work.fetch_one(_INSERT_NONCE, key_id=key_id, nonce=nonce, seen_at=work.now)
    return kept is not None


async def forget_nonces(work: Work) -> None:
    """Delete some of the nonces with which no signature is taken any more.

    One that was made ahead of our clock by the whole window is taken until two windows after it was seen.
    """
    await work.execute(_FORGET_NONCES, before=work.now - 2 * SIGNATURE_WINDOW, limit=FORGOTTEN_AT_ONCE)
