"""Names and addresses as they are kept: as written, without what nobody sees, letters in half width."""

import re
import string
import unicodedata
from typing import Final

from estate_registry.imports.domain.findings import FindingKind

__all__ = ["clean"]

# Letters and digits of full width; Chinese punctuation stays as it is written.
_FULL_WIDTH: Final = {ord(plain) + 0xFEE0: plain for plain in string.ascii_letters + string.digits}
_BLANKS: Final = re.compile(r"\s+")


def clean(text: str) -> tuple[str, FindingKind | None]:
    """Return a text as it is kept, and what was done to it beyond its blanks."""
    trimmed = _BLANKS.sub(" ", text).strip()
    if trimmed.isprintable():
        plain = trimmed.translate(_FULL_WIDTH)
        return plain, None if plain == trimmed else FindingKind.REFORMATTED
    visible = "".join(
        one for one in trimmed if unicodedata.category(one) not in {"Cc", "Cf", "Cs", "Co", "Cn"}
    )
    plain = _BLANKS.sub(" ", visible).strip().translate(_FULL_WIDTH)
    if len(visible) < len(trimmed):
        return plain, FindingKind.CHARACTERS_REMOVED
    return plain, None if plain == trimmed else FindingKind.REFORMATTED
