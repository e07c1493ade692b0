"""Sealed columns: personal data encrypted in the database, and a blind index to find it by (Y-03, Y-04)."""

import base64
import binascii
import hashlib
import hmac
import secrets
import unicodedata
from collections.abc import Mapping
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from shared.privacy.ciphers import CIPHERS, NONCE_BYTES, Algorithm, SealBrokenError

__all__ = ["Sealer"]

_LEAST_KEY_BYTES: Final = 32
_INDEX_BYTES: Final = 16
_PARTS: Final = 3
_MOBILE_DIGITS: Final = 11
_COUNTRY_PREFIXES: Final = ("0086", "86")


class Sealer:
    """Seals and opens values, and finds them again without opening.

    A sealed value reads `<algorithm>.<key id>.<nonce, text and tag in base64>`. The context, such as
    `complaints.caller_phone`, is bound in: a value copied to another column does not open.
    """

    def __init__(
        self,
        *,
        keys: Mapping[str, bytes],
        current: str,
        index_key: bytes,
        algorithm: Algorithm = Algorithm.AES_256_GCM,
    ) -> None:
        """Take the ring of keys by id, the id that seals from now on, and the key of the blind index.

        Older keys and the other algorithm still open what they sealed. The index key cannot be rotated
        without indexing all rows again. Raises ValueError for a key under 32 bytes or an id not in the ring.
        """
        _require_usable(keys, current, index_key)
        self._derived = {(of, key_id): _derive(key, of) for key_id, key in keys.items() for of in Algorithm}
        self._current = (algorithm, current)
        self._index_key = index_key

    @property
    def mark(self) -> str:
        """Return what every value begins with that is sealed from now on."""
        algorithm, key_id = self._current
        return f"{algorithm}.{key_id}."

    def seal(self, text: str, *, context: str) -> str:
        """Encrypt a text for one place."""
        algorithm, key_id = self._current
        nonce = secrets.token_bytes(NONCE_BYTES)
        sealed = CIPHERS[algorithm].seal(
            key=self._derived[self._current],
            nonce=nonce,
            plain=text.encode(),
            context=_bound(algorithm, key_id, context),
        )
        return f"{self.mark}{base64.urlsafe_b64encode(nonce + sealed).decode()}"

    def open(self, value: str, *, context: str) -> str:
        """Decrypt a value sealed for this place; raise SealBrokenError when it is not intact."""
        algorithm, key_id, body = _taken_apart(value)
        key = self._derived.get((algorithm, key_id))
        if key is None:
            raise SealBrokenError
        plain = CIPHERS[algorithm].open(
            key=key,
            nonce=body[:NONCE_BYTES],
            sealed=body[NONCE_BYTES:],
            context=_bound(algorithm, key_id, context),
        )
        return plain.decode()

    def blind_index(self, text: str, *, context: str) -> str:
        """Return 32 hexadecimal digits that equal texts share within a context, and nobody can invert.

        Texts are compared by their letters and digits alone: `138-1234 1234` and `+86 13812341234` are one
        phone, `…002x` and `…002X` one citizen ID.
        """
        message = f"{context}\0{_normal(text)}".encode()
        return hmac.new(self._index_key, message, hashlib.sha256).digest()[:_INDEX_BYTES].hex()


def _require_usable(keys: Mapping[str, bytes], current: str, index_key: bytes) -> None:
    if current not in keys or any(not key_id or "." in key_id for key_id in keys):
        message = f"The ring of keys has no key {current!r}, or an id that is empty or holds a full stop."
        raise ValueError(message)
    if min(len(key) for key in (*keys.values(), index_key)) < _LEAST_KEY_BYTES:
        message = f"A key has at least {_LEAST_KEY_BYTES} bytes."
        raise ValueError(message)


def _derive(key: bytes, algorithm: Algorithm) -> bytes:
    """Derive the key of one algorithm, so that none is used by two and each has its own length."""
    length = CIPHERS[algorithm].key_bytes
    return HKDF(algorithm=SHA256(), length=length, salt=None, info=f"seal.{algorithm}".encode()).derive(key)


def _bound(algorithm: Algorithm, key_id: str, context: str) -> bytes:
    return f"{algorithm}.{key_id}.{context}".encode()


def _taken_apart(value: str) -> tuple[Algorithm, str, bytes]:
    parts = value.split(".")
    if len(parts) != _PARTS:
        raise SealBrokenError
    try:
        return Algorithm(parts[0]), parts[1], base64.b64decode(parts[2], altchars=b"-_", validate=True)
    except (ValueError, binascii.Error) as unreadable:
        raise SealBrokenError from unreadable


def _normal(text: str) -> str:
    """Keep letters and digits in one form; drop the country's dialling prefix before a mobile number."""
    kept = "".join(filter(str.isalnum, unicodedata.normalize("NFKC", text).upper()))
    for prefix in _COUNTRY_PREFIXES:
        if kept.startswith(f"{prefix}1") and len(kept) == len(prefix) + _MOBILE_DIGITS:
            return kept.removeprefix(prefix)
    return kept
