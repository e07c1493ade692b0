"""Signed requests (RFC 9421) of departments."""

import re
from typing import Final

__all__ = ["key_id_of_signature"]

_KEY_ID: Final = re.compile(rb';keyid="([0-9a-f]{16})"')


def key_id_of_signature(signature_input: bytes) -> str | None:
    """Return the key id a Signature-Input names, or None; it proves nothing yet."""
    match = _KEY_ID.search(signature_input)
    return match[1].decode() if match else None
