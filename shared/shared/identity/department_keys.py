"""Department keys: how a department's machine shows who it is. It signs its requests (RFC 9421).

The secret has 256 random bits and is shown once. Whoever verifies a signature needs it again, so it is kept
under seal, not as a hash.
"""

import secrets
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from shared.identity.message_signatures import (
    MessageSignature,
    RequestParts,
    SignatureAlgorithm,
)
from shared.identity.refusals import (
    SignatureIncomplete,
    SignatureInvalid,
    SignatureOutOfTime,
    SignatureUnreadable,
)
from shared.identity.roles import Role
from shared.kernel import Actor, Scope, TerritoryCode

__all__ = [
    "SIGNATURE_WINDOW",
    "DepartmentKey",
    "new_key_id",
    "new_secret",
    "read_department_signature",
    "verify_department_signature",
]

SIGNATURE_WINDOW: Final = timedelta(minutes=5)
NONCE_MIN: Final = 16
NONCE_MAX: Final = 64
SECRET_BYTES: Final = 32
KEY_ID_BYTES: Final = 8
# Either of these says where the request was sent to. The second holds before any TLS that ends further out.
_WHERE: Final = (("@target-uri",), ("@authority", "@path", "@query"))
# Signed with when the key is unknown, so that an answer takes as long as for a known one.
_NO_SECRET: Final = bytes(SECRET_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class DepartmentKey:
    """A key in force: whose it is, how far it reaches, its secret opened."""

    key_id: str
    department: str
    territory: TerritoryCode
    algorithm: SignatureAlgorithm
    secret: bytes = field(repr=False)

    def actor(self) -> Actor:
        """Return the department's machine, in role D00 with the department for its unit."""
        return Actor(
            person=f"department-key:{self.key_id}",
            role=Role.DEPARTMENT_SYSTEM.value,
            unit=self.department,
            scope=Scope(self.territory),
        )


def new_key_id() -> str:
    """Return the id of a new key."""
    return secrets.token_hex(KEY_ID_BYTES)


def new_secret() -> str:
    """Return a new secret in base64."""
    return b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def read_department_signature(request: RequestParts, *, now: datetime) -> MessageSignature:
    """Return the signature that a request states, once it covers what it must and is of this moment.

    Raises SignatureUnreadable, SignatureIncomplete and SignatureOutOfTime.
    """
    signature = MessageSignature.read(request)
    _require_coverage(signature.components)
    if not NONCE_MIN <= len(signature.nonce) <= NONCE_MAX:
        raise SignatureUnreadable
    age = abs(now.timestamp() - signature.created)
    ended = signature.expires is not None and signature.expires <= now.timestamp()
    if ended or age > SIGNATURE_WINDOW.total_seconds():
        minutes = SIGNATURE_WINDOW // timedelta(minutes=1)
        raise SignatureOutOfTime(now=int(now.timestamp()), minutes=minutes)
    return signature


def verify_department_signature(
    signature: MessageSignature, *, request: RequestParts, key: DepartmentKey | None
) -> DepartmentKey:
    """Return the key a request was signed with; raise SignatureInvalid alike for no key and another's."""
    fits = signature.fits(
        signature.base(request),
        secret=key.secret if key else _NO_SECRET,
        algorithm=key.algorithm if key else SignatureAlgorithm.HMAC_SHA256,
    )
    if key is None or not fits:
        raise SignatureInvalid
    return key


def _require_coverage(components: Sequence[str]) -> None:
    if "@method" not in components:
        raise SignatureIncomplete(missing='"@method"')
    if not any(set(components).issuperset(names) for names in _WHERE):
        raise SignatureIncomplete(missing='"@authority" "@path" "@query"')
