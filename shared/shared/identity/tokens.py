"""Tokens: a signed statement of the issuer who acts, in which role, how far it reaches (Y-11).

What is wrong with a token is never told beyond "expired" and "not valid".
"""

import hashlib
import json
import math
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Final

from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwt import JWTClaimsRegistry
from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    StrictInt,
    StringConstraints,
    ValidationError,
    model_validator,
)

from shared.identity.jwks import JwksCache
from shared.identity.refusals import TokenExpired, TokenInvalid, TokenMissing
from shared.identity.roles import Role, reaches
from shared.identity.signatures import SignatureCheck
from shared.kernel import Actor, Clock, Scope, system_clock
from shared.settings import IdentitySettings

__all__ = ["Claims", "TokenVerifier", "actor_of", "bearer_token"]

MOST_REMEMBERED: Final = 10_000
# The last second of the year 9999.
LATEST_SECOND: Final = 253_402_300_799
SECONDS_A_DAY: Final = 86_400
_BEARER: Final = "bearer"
_DELEGATION_END: Final = "delegated_until"

Name = Annotated[str, StringConstraints(min_length=1, max_length=100, pattern=r"^[^\x00-\x1f\x7f]+$")]
Person = Annotated[str, StringConstraints(max_length=128, pattern=r"^[!-~]+$")]
Seconds = Annotated[StrictInt, Field(ge=0, le=LATEST_SECOND)]
Code = Annotated[str, StringConstraints(max_length=64, pattern=r"^[0-9A-Za-z:_.-]+$")]


class Claims(BaseModel):
    """What a token says of its holder; whatever else it says is not read.

    `role` is the one active role, `territory` the prefix it reaches. `delegated_by` is the person in whose
    stead the holder acts; then `delegated_from` and `delegated_until` say since when and how long, in seconds
    since 1970.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    sub: Person
    role: Role
    territory: str = ""
    unit: Code | None = None
    org: Annotated[str, StringConstraints(pattern=r"^[0-9A-HJ-NPQRTUWXY]{18}$")] | None = None
    name: Name | None = None
    delegated_by: Person | None = None
    delegated_from: Seconds | None = None
    delegated_until: Seconds | None = None

    @model_validator(mode="after")
    def _delegation_is_whole(self) -> "Claims":
        stated = (self.delegated_by, self.delegated_from, self.delegated_until)
        if any(part is None for part in stated) and any(part is not None for part in stated):
            message = "A delegation names who, from when, and until when."
            raise ValueError(message)
        if self.delegated_by == self.sub:
            message = "Nobody acts in their own stead."
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _role_reaches_territory(self) -> "Claims":
        if not reaches(self.role, self.territory):
            message = "The role does not reach so far."
            raise ValueError(message)
        return self


def actor_of(claims: Claims) -> Actor:
    """Return the acting person that the claims describe."""
    return Actor(
        person=claims.sub,
        role=claims.role.value,
        unit=claims.unit,
        org=claims.org,
        scope=Scope(claims.territory),
        on_behalf_of=claims.delegated_by,
    )


def bearer_token(authorization: str | None) -> str:
    """Return the token of an `Authorization: Bearer` header; raise TokenMissing or TokenInvalid."""
    if not authorization or not authorization.strip():
        raise TokenMissing
    scheme, _, token = authorization.strip().partition(" ")
    if scheme.lower() != _BEARER or not token.strip():
        raise TokenInvalid
    return token.strip()


@dataclass(frozen=True, slots=True)
class _Known:
    """A token that was verified: who it is, and until when."""

    actor: Actor
    expires: float


@dataclass(kw_only=True)
class TokenVerifier:
    """Verifies tokens of one issuer, and remembers those it verified until they expire or the keys change."""

    settings: IdentitySettings
    keys: JwksCache
    clock: Clock = system_clock
    most_remembered: int = MOST_REMEMBERED
    _known: "OrderedDict[bytes, _Known]" = field(default_factory=OrderedDict)
    _generation: int = 0

    def __post_init__(self) -> None:
        """Fix the algorithms that count."""
        self._signatures = SignatureCheck(self.settings.algorithms)

    async def verify(self, token: str) -> Actor:
        """Return who the token speaks of; raise TokenExpired or TokenInvalid.

        Raises KeysUnavailable while no key of the issuer was ever read.
        """
        await self.keys.freshen()
        self._forget_when_keys_changed()
        fingerprint = hashlib.sha256(token.encode(errors="surrogatepass")).digest()
        known = self._known.get(fingerprint)
        if known is not None:
            return self._recall(fingerprint, known)
        known = self._judge(await self._payload(token))
        self._remember(fingerprint, known)
        return known.actor

    async def _payload(self, token: str) -> Mapping[str, object]:
        """Return the claims under a good signature, not yet judged."""
        signed = self._signatures.open(token)
        key = await self.keys.key(signed.kid)
        if key is None:
            raise TokenInvalid
        return _object(self._signatures.payload(signed, key=key))

    def _judge(self, payload: Mapping[str, object]) -> _Known:
        """Check for whom, by whom and for what time the token is, then read who it speaks of."""
        try:
            self._registry().validate(dict(payload))
            claims = Claims.model_validate(payload)
            return _Known(actor_of(claims), min(_seconds(payload["exp"]), self._delegation_ends(claims)))
        except ExpiredTokenError:
            raise TokenExpired from None
        except (JoseError, ValidationError, ValueError, OverflowError):
            raise TokenInvalid from None

    def _delegation_ends(self, claims: Claims) -> float:
        """Return when a delegation ends, infinity for none.

        Raises ValueError for one that is too long (30 days at most: domain, 11) or has not begun, and
        ExpiredTokenError for one that is over.
        """
        if claims.delegated_from is None or claims.delegated_until is None:
            return math.inf
        longest = self.settings.most_delegation_days * SECONDS_A_DAY
        now, skew = self.clock().timestamp(), self.settings.clock_skew_seconds
        length = claims.delegated_until - claims.delegated_from
        if not 0 < length <= longest or claims.delegated_from > now + skew:
            message = "The delegation is too long, or has not begun."
            raise ValueError(message)
        if claims.delegated_until <= now - skew:
            raise ExpiredTokenError(_DELEGATION_END)
        return claims.delegated_until

    def _registry(self) -> JWTClaimsRegistry:
        return JWTClaimsRegistry(
            now=int(self.clock().timestamp()),
            leeway=self.settings.clock_skew_seconds,
            iss={"essential": True, "value": self.settings.issuer},
            aud={"essential": True, "value": self.settings.audience},
            sub={"essential": True},
            exp={"essential": True},
            iat={"essential": True},
        )

    def _recall(self, fingerprint: bytes, known: _Known) -> Actor:
        if known.expires <= self.clock().timestamp() - self.settings.clock_skew_seconds:
            del self._known[fingerprint]
            raise TokenExpired
        self._known.move_to_end(fingerprint)
        return known.actor

    def _remember(self, fingerprint: bytes, known: _Known) -> None:
        self._known[fingerprint] = known
        if len(self._known) > self.most_remembered:
            self._known.popitem(last=False)

    def _forget_when_keys_changed(self) -> None:
        if self._generation != self.keys.generation:
            self._generation = self.keys.generation
            self._known.clear()


def _object(payload: bytes) -> Mapping[str, object]:
    try:
        claims = json.loads(payload)
    except (ValueError, RecursionError):
        raise TokenInvalid from None
    if not isinstance(claims, dict):
        raise TokenInvalid
    return claims


def _seconds(value: object) -> float:
    """Return a time since 1970; raise ValueError for what is no finite number."""
    if not isinstance(value, int | float) or not math.isfinite(value):
        message = "Not a time."
        raise ValueError(message)
    return float(value)
