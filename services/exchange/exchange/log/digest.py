"""SM3 (GB/T 32905), the digest by which an exchange is proved."""

from cryptography.hazmat.primitives.hashes import SM3, Hash

__all__ = ["sm3_hex"]


def sm3_hex(content: bytes) -> str:
    """Return the SM3 digest in 64 hexadecimal digits."""
    digest = Hash(SM3())
    digest.update(content)
    return digest.finalize().hex()
