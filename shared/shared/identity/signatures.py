"""Signatures of tokens: a compact JWS by a published key, and nothing cleverer.

A header may name the algorithm, the key and the type, nothing else: no key, address or certificate is taken
from it, and no extension (`crit`, `b64`) is understood.
"""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Final, cast

from joserfc import jws
from joserfc.errors import DecodeError, JoseError, UnsupportedAlgorithmError
from joserfc.jwa import JWSAlgModel
from joserfc.registry import HeaderParameter

from shared.identity.keys import VerificationKey
from shared.identity.refusals import TokenInvalid
from shared.settings import SigningAlgorithm

__all__ = ["SignatureCheck", "SignedText"]

LONGEST_PAYLOAD: Final = 8 * 1024
# What the library and the JSON reader raise on what is no token at all.
_MALFORMED: Final = (JoseError, ValueError, TypeError, KeyError, RecursionError)


class _Registry(jws.JWSRegistry):
    """What a header may hold, how long the parts may be, and the algorithms that count."""

    max_payload_length: int = LONGEST_PAYLOAD

    def __init__(self, algorithms: Collection[SigningAlgorithm]) -> None:
        super().__init__(algorithms=[algorithm.value for algorithm in algorithms])
        self.header_registry = {
            "alg": HeaderParameter("Algorithm", "str", required=True),
            "kid": HeaderParameter("Key ID", "str", required=True),
            "typ": HeaderParameter("Type", "str"),
        }

    def get_alg(self, name: str) -> JWSAlgModel:
        """Return an allowed algorithm, without the library's warning that EdDSA has a newer name."""
        if name not in (self.allowed or ()):
            raise UnsupportedAlgorithmError
        return self.algorithms[name]


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedText:
    """A token taken apart, its signature not yet checked: nothing in it may be believed but the key's id."""

    kid: str
    algorithm: str
    parts: jws.CompactSignature


class SignatureCheck:
    """Takes tokens apart and checks their signatures. Raises TokenInvalid for whatever is wrong."""

    def __init__(self, algorithms: Collection[SigningAlgorithm]) -> None:
        """Fix the algorithms that count."""
        self._registry = _Registry(algorithms)

    def open(self, token: str) -> SignedText:
        """Take a token apart."""
        try:
            parts = jws.extract_compact(token.encode(), registry=self._registry)
            header = _header(parts)
            self._registry.check_header(header)
        except _MALFORMED:
            raise TokenInvalid from None
        return SignedText(kid=str(header["kid"]), algorithm=str(header["alg"]), parts=parts)

    def payload(self, signed: SignedText, *, key: VerificationKey) -> bytes:
        """Return what was signed with this key, by the key's own algorithm."""
        if signed.kid != key.kid or signed.algorithm != key.algorithm:
            raise TokenInvalid
        try:
            good = jws.validate_compact(signed.parts, key.key, registry=self._registry)
        except _MALFORMED:
            raise TokenInvalid from None
        if not good or signed.parts.payload is None:
            raise TokenInvalid
        return signed.parts.payload


def _header(parts: jws.CompactSignature) -> dict[str, object]:
    """Return the header; a text, number or list in its place is not one."""
    header = cast("object", parts.headers())
    if not isinstance(header, dict):
        raise DecodeError
    return header
