"""Department keys: how a department's machine shows who it is, until it signs its requests (RFC 9421).

The header is `Authorization: Department <key id>.<secret>`. The secret has 256 random bits and is shown once;
kept is its SHA-256, from which it cannot be guessed back, so no slow hash is needed.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from shared.identity.refusals import DepartmentKeyInvalid, TokenMissing
from shared.identity.roles import Role
from shared.kernel import Actor, Scope, TerritoryCode

__all__ = [
    "SCHEME",
    "DepartmentKey",
    "FindDepartmentKey",
    "NewDepartmentKey",
    "authenticate_department",
    "is_department_call",
    "make_department_key",
]

SCHEME: Final = "Department"
SECRET_BYTES: Final = 32
KEY_ID_BYTES: Final = 8
_HEADER: Final = re.compile(
    r"\A(?i:department) +(?P<key_id>[0-9a-f]{16})\.(?P<secret>[0-9A-Za-z_-]{43})\Z", re.ASCII
)
# Compared with when the key is unknown, so that an answer takes as long as for a known one.
_NO_HASH: Final = hashlib.sha256(b"").digest()


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentKey:
    """A key as it is kept: whose it is, how far it reaches, and the hash of its secret (32 bytes)."""

    key_id: str
    department: str
    territory: TerritoryCode
    secret_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDepartmentKey:
    """A key just made. `authorization` is the header's value: show it once, keep `key` alone."""

    key: DepartmentKey
    authorization: str


# Finds a key that is in force by its id: not withdrawn, not expired.
FindDepartmentKey = Callable[[str], Awaitable[DepartmentKey | None]]


def make_department_key(*, department: str, territory: TerritoryCode) -> NewDepartmentKey:
    """Make a key for a department (its code) and the territory it may ask about."""
    key_id, secret = secrets.token_hex(KEY_ID_BYTES), secrets.token_urlsafe(SECRET_BYTES)
    key = DepartmentKey(key_id=key_id, department=department, territory=territory, secret_hash=_hash(secret))
    return NewDepartmentKey(key=key, authorization=f"{SCHEME} {key_id}.{secret}")


def is_department_call(authorization: str | None) -> bool:
    """Say whether the header names a department key rather than a token."""
    return authorization is not None and authorization.strip().lower().startswith(f"{SCHEME.lower()} ")


async def authenticate_department(*, authorization: str | None, find: FindDepartmentKey) -> Actor:
    """Return the department's machine as the actor, in role D00 with the department for its unit.

    Raises TokenMissing without a header, DepartmentKeyInvalid for a header that no key in force fits.
    """
    if authorization is None:
        raise TokenMissing
    match = _HEADER.match(authorization.strip())
    if match is None:
        raise DepartmentKeyInvalid
    key = await find(match["key_id"])
    fits = hmac.compare_digest(_hash(match["secret"]), key.secret_hash if key else _NO_HASH)
    if key is None or not fits:
        raise DepartmentKeyInvalid
    return Actor(
        person=f"department-key:{key.key_id}",
        role=Role.DEPARTMENT_SYSTEM.value,
        unit=key.department,
        scope=Scope(key.territory),
    )


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode()).digest()
