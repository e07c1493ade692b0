"""The development issuer: signs tokens for any role on a developer's machine, and nowhere else.

It keeps its RSA key in the data folder, readable by its owner alone, and the public half beside it as the
JWKS file that `GONGZHI_IDENTITY_JWKS_FILE` points the other processes to.
"""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from tempfile import mkstemp
from typing import Any, Final

from joserfc import jwt
from joserfc.jwk import RSAKey

from shared.identity.roles import Role
from shared.identity.tokens import Claims
from shared.kernel import Clock, TerritoryCode, new_id, system_clock
from shared.settings import IdentitySettings, SigningAlgorithm

__all__ = ["DevelopmentIssuer", "IssuerForDevelopmentOnly"]

KEY_FILE: Final = "development-issuer-key.json"
JWKS_FILE: Final = "development-issuer-jwks.json"
RSA_BITS: Final = 2048
DEFAULT_LIFETIME: Final = timedelta(hours=12)
DEFAULT_DELEGATION: Final = timedelta(days=1)
LONGEST_LIFETIME: Final = timedelta(days=30)
# What the endpoints of the one box understand.
_SPOKEN: Final[Mapping[str, object]] = {
    "response_types_supported": ["code"],
    "response_modes_supported": ["query"],
    "grant_types_supported": ["authorization_code", "client_credentials"],
    "subject_types_supported": ["public"],
    "scopes_supported": ["openid"],
    "id_token_signing_alg_values_supported": [SigningAlgorithm.RS256.value],
    "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
    "code_challenge_methods_supported": ["S256"],
    "authorization_response_iss_parameter_supported": True,
}


class IssuerForDevelopmentOnly(Exception):  # noqa: N818 - a refusal is named as the fact it states
    """Outside development nobody may make tokens for themselves."""

    def __init__(self) -> None:
        """Say so in both languages, with the way out."""
        super().__init__(
            "开发签发者只能在开发环境运行，生产环境请配置统一身份认证的 GONGZHI_IDENTITY_ISSUER 与 "
            "GONGZHI_IDENTITY_JWKS_URL / the development issuer runs in development only; in production set "
            "GONGZHI_IDENTITY_ISSUER and GONGZHI_IDENTITY_JWKS_URL to the unified identity service"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class DevelopmentIssuer:
    """Makes tokens that the settings' issuer and audience accept."""

    settings: IdentitySettings
    key: RSAKey
    jwks_file: Path
    clock: Clock = system_clock

    @classmethod
    def open(
        cls, *, folder: Path, settings: IdentitySettings, clock: Clock = system_clock
    ) -> "DevelopmentIssuer":
        """Find or make the key in the folder; raise IssuerForDevelopmentOnly outside development."""
        if settings.production:
            raise IssuerForDevelopmentOnly
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        key_file = folder / KEY_FILE
        if not key_file.exists():
            _write_once(key_file, _new_key())
        key = RSAKey.import_key(json.loads(key_file.read_text()))
        issuer = cls(settings=settings, key=key, jwks_file=folder / JWKS_FILE, clock=clock)
        _write_over(issuer.jwks_file, json.dumps(issuer.jwks()))
        return issuer

    def jwks(self) -> dict[str, object]:
        """Return the key set document: the public half alone."""
        return {"keys": [self.key.as_dict(private=False)]}

    def discovery(self) -> dict[str, object]:
        """Return the discovery document (OpenID Connect Discovery 1.0, section 3)."""
        issuer = self.settings.issuer
        return {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "jwks_uri": f"{issuer}/jwks.json",
            **_SPOKEN,
            "claims_supported": ["iss", "aud", "exp", "nbf", "iat", "jti", *Claims.model_fields],
        }

    def id_token(
        self, *, person: str, client: str, nonce: str | None, signed_in_at: datetime, lifetime: timedelta
    ) -> str:
        """Return a signed statement for a client who signed in: its audience is the client, no service."""
        told = {"sub": person, "auth_time": int(signed_in_at.timestamp())}
        told |= {"nonce": nonce} if nonce is not None else {}
        header = {"alg": SigningAlgorithm.RS256.value, "kid": self.key.kid}
        return jwt.encode(header, {**self._frame(lifetime), **told, "aud": client}, self.key)

    def issue(
        self,
        *,
        role: Role,
        territory: TerritoryCode,
        person: str,
        unit: str | None = None,
        org: str | None = None,
        delegated_by: str | None = None,
        delegated_for: timedelta = DEFAULT_DELEGATION,
        lifetime: timedelta = DEFAULT_LIFETIME,
    ) -> str:
        """Return a signed token.

        Raises ValueError for claims that no verifier would take, and for a lifetime over 30 days.
        """
        if lifetime > LONGEST_LIFETIME:
            days = LONGEST_LIFETIME.days
            message = f"令牌有效期最长 {days} 天 / A token lives {days} days at most."
            raise ValueError(message)
        claims = Claims(
            sub=person,
            role=role,
            territory=territory,
            unit=unit,
            org=org,
            **(self._delegation(delegated_by, delegated_for) if delegated_by else {}),
        )
        header = {"alg": SigningAlgorithm.RS256.value, "kid": self.key.kid}
        stated = {**claims.model_dump(mode="json", exclude_none=True), **self._frame(lifetime)}
        return jwt.encode(header, stated, self.key)

    def _delegation(self, delegated_by: str, delegated_for: timedelta) -> dict[str, Any]:
        now = int(self.clock().timestamp())
        return {
            "delegated_by": delegated_by,
            "delegated_from": now,
            "delegated_until": now + int(delegated_for.total_seconds()),
        }

    def _frame(self, lifetime: timedelta) -> dict[str, str | int]:
        now = int(self.clock().timestamp())
        return {
            "iss": self.settings.issuer,
            "aud": self.settings.audience,
            "iat": now,
            "nbf": now,
            "exp": now + int(lifetime.total_seconds()),
            "jti": str(new_id()),
        }


def _new_key() -> str:
    key = RSAKey.generate_key(RSA_BITS, parameters={"use": "sig", "alg": "RS256"}, auto_kid=True)
    return json.dumps(key.as_dict(private=True))


def _write_once(path: Path, text: str) -> None:
    """Write a private file whole or not at all; when another process was first, its file stands."""
    draft = _draft_beside(path, text)
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def _write_over(path: Path, text: str) -> None:
    """Replace a file in one step, so that a reader sees the old or the new one."""
    _draft_beside(path, text).replace(path)


def _draft_beside(path: Path, text: str) -> Path:
    handle, name = mkstemp(dir=path.parent, prefix=path.name)  # mode 0600
    with os.fdopen(handle, "w") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    return Path(name)
