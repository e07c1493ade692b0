"""The two ciphers a sealed value may use, each with a key and a nonce of fixed length (Y-03)."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers import Cipher as BlockCipher
from cryptography.hazmat.primitives.ciphers import algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

__all__ = ["CIPHERS", "NONCE_BYTES", "Algorithm", "Cipher", "SealBrokenError"]

NONCE_BYTES: Final = 12
_TAG_BYTES: Final = 16


class Algorithm(StrEnum):
    """How a value is sealed."""

    AES_256_GCM = "aes256gcm"
    SM4_GCM = "sm4gcm"


class SealBrokenError(Exception):
    """A sealed value cannot be opened: altered, moved to another place, or its key is gone.

    A fault of data or configuration, never a caller's; the message does not tell which check failed.
    """

    def __init__(self) -> None:
        """Say no more than that it cannot be opened."""
        super().__init__("A sealed value cannot be opened.")


class Cipher(Protocol):
    """Authenticated encryption with additional data; the tag stands at the end of the sealed bytes."""

    @property
    def key_bytes(self) -> int:
        """Return the length of a key."""

    def seal(self, *, key: bytes, nonce: bytes, plain: bytes, context: bytes) -> bytes:
        """Encrypt; a nonce must never be used twice with a key."""

    def open(self, *, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        """Decrypt; raise SealBrokenError when anything was altered."""


@dataclass(frozen=True, slots=True)
class _Aes256Gcm:
    key_bytes: int = 32

    def seal(self, *, key: bytes, nonce: bytes, plain: bytes, context: bytes) -> bytes:
        return AESGCM(key).encrypt(nonce, plain, context)

    def open(self, *, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        _require_form(nonce, sealed)
        try:
            return AESGCM(key).decrypt(nonce, sealed, context)
        except InvalidTag as altered:
            raise SealBrokenError from altered


@dataclass(frozen=True, slots=True)
class _Sm4Gcm:
    key_bytes: int = 16

    def seal(self, *, key: bytes, nonce: bytes, plain: bytes, context: bytes) -> bytes:
        encryptor = BlockCipher(algorithms.SM4(key), modes.GCM(nonce)).encryptor()
        encryptor.authenticate_additional_data(context)
        return encryptor.update(plain) + encryptor.finalize() + encryptor.tag

    def open(self, *, key: bytes, nonce: bytes, sealed: bytes, context: bytes) -> bytes:
        _require_form(nonce, sealed)
        body, tag = sealed[:-_TAG_BYTES], sealed[-_TAG_BYTES:]
        decryptor = BlockCipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
        decryptor.authenticate_additional_data(context)
        try:
            return decryptor.update(body) + decryptor.finalize()
        except InvalidTag as altered:
            raise SealBrokenError from altered


def _require_form(nonce: bytes, sealed: bytes) -> None:
    if len(nonce) != NONCE_BYTES or len(sealed) < _TAG_BYTES:
        raise SealBrokenError


CIPHERS: Final[Mapping[Algorithm, Cipher]] = {
    Algorithm.AES_256_GCM: _Aes256Gcm(),
    Algorithm.SM4_GCM: _Sm4Gcm(),
}
