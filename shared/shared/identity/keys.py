"""The keys an issuer publishes (JWKS), screened: what is weak, ambiguous or not for signatures is not taken.

A set that shows a private or symmetric key, or names two keys alike, is refused whole: whoever published it
is in trouble. A single key that cannot be used is left out, as RFC 7517 section 5 advises.
"""

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, cast

from joserfc.errors import JoseError
from joserfc.jwk import Key, import_key
from joserfc.util import base64_to_int

from shared.settings import SigningAlgorithm

__all__ = ["KeySetRefused", "VerificationKey", "read_key_set"]

LONGEST_KEY_SET: Final = 256 * 1024
MOST_KEYS: Final = 64
LEAST_RSA_BITS: Final = 2048
MOST_RSA_BITS: Final = 8192
LEAST_RSA_EXPONENT: Final = 65537

_SECRET_MEMBERS: Final = frozenset({"d", "p", "q", "dp", "dq", "qi", "oth", "k"})
# One algorithm for each kind of key: a key is never tried with another.
_ALGORITHM_OF: Final = {
    ("RSA", None): SigningAlgorithm.RS256,
    ("EC", "P-256"): SigningAlgorithm.ES256,
    ("OKP", "Ed25519"): SigningAlgorithm.EDDSA,
}
# Moduli made by the flawed library of CVE-2017-15361 are powers of 65537 modulo each of these primes.
_ROCA_PRIMES: Final = (11, 13, 17, 19, 37, 53, 61, 71, 73, 79, 97, 103, 107, 109, 127, 151, 157)

JsonObject = Mapping[str, object]


class KeySetRefused(Exception):  # noqa: N818 - a refusal is named as the fact it states
    """The document is not a key set that may be relied on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationKey:
    """A public key and the one algorithm it verifies."""

    kid: str
    algorithm: SigningAlgorithm
    key: Key


def read_key_set(
    document: str | bytes, *, algorithms: Collection[SigningAlgorithm]
) -> Mapping[str, VerificationKey]:
    """Return the usable keys of a JWKS document by their id; raise KeySetRefused for a bad document."""
    members = _members(document)
    if any(_shows_a_secret(member) for member in members):
        message = "The key set holds private or symmetric keys."
        raise KeySetRefused(message)
    kids = Counter(member["kid"] for member in members if isinstance(member.get("kid"), str))
    if any(count > 1 for count in kids.values()):
        message = "The key set names two keys alike."
        raise KeySetRefused(message)
    usable = (_usable(member, algorithms) for member in members)
    return {key.kid: key for key in usable if key is not None}


def _members(document: str | bytes) -> list[JsonObject]:
    try:
        keys = json.loads(document)["keys"] if len(document) <= LONGEST_KEY_SET else None
    except (ValueError, TypeError, KeyError, RecursionError):
        keys = None
    if not isinstance(keys, list) or len(keys) > MOST_KEYS or not all(isinstance(key, dict) for key in keys):
        message = f"Not a key set of at most {MOST_KEYS} keys and {LONGEST_KEY_SET} bytes."
        raise KeySetRefused(message)
    return keys


def _shows_a_secret(member: JsonObject) -> bool:
    return member.get("kty") == "oct" or not _SECRET_MEMBERS.isdisjoint(member)


def _usable(member: JsonObject, algorithms: Collection[SigningAlgorithm]) -> VerificationKey | None:
    kid, algorithm = member.get("kid"), _algorithm_of(member)
    if algorithm is None or algorithm not in algorithms:
        return None
    if not isinstance(kid, str) or not _is_for_verifying(member):
        return None
    # Only what makes the key is handed on: no certificate, address or purpose is looked at twice.
    material = {name: member[name] for name in ("kty", "crv", "n", "e", "x", "y") if name in member}
    try:
        key = _imported(cast("dict[str, str | list[str]]", material))
    except (JoseError, ValueError, TypeError, KeyError, AttributeError):
        return None
    return VerificationKey(kid=kid, algorithm=algorithm, key=key)


def _algorithm_of(member: JsonObject) -> SigningAlgorithm | None:
    """Return the algorithm its kind decides; None where the key itself names another."""
    kind = (member.get("kty"), member.get("crv"))
    algorithm = next((found for known, found in _ALGORITHM_OF.items() if known == kind), None)
    return algorithm if member.get("alg", algorithm) == algorithm else None


def _is_for_verifying(member: JsonObject) -> bool:
    operations = member.get("key_ops", ["verify"])
    return member.get("use", "sig") == "sig" and isinstance(operations, list) and "verify" in operations


def _imported(material: dict[str, str | list[str]]) -> Key:
    """Make the key; raises one of many errors for material that makes none or a weak one."""
    if material["kty"] == "RSA" and not _is_strong_rsa(
        modulus=base64_to_int(str(material["n"])), exponent=base64_to_int(str(material["e"]))
    ):
        message = "A weak key."
        raise ValueError(message)
    return import_key(material)


def _is_strong_rsa(*, modulus: int, exponent: int) -> bool:
    return (
        LEAST_RSA_BITS <= modulus.bit_length() <= MOST_RSA_BITS
        and exponent >= LEAST_RSA_EXPONENT
        and not _is_roca(modulus)
    )


def _is_roca(modulus: int) -> bool:
    return all(_is_power_of_65537(modulus, prime) for prime in _ROCA_PRIMES)


def _is_power_of_65537(modulus: int, prime: int) -> bool:
    return modulus % prime in {pow(65537, exponent, prime) for exponent in range(prime - 1)}
