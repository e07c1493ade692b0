"""How names and addresses are compared and found, whoever typed them.

A key is what is left of a text without width, case, blanks and punctuation. The pieces of a key
(each character, each pair of neighbours) go into an index, so that any part of a name is found. pg_trgm can
not do this here: with the C locale it sees no letter in a Chinese name, and a name is often looked for by two
characters, which hold no trigram.
"""

import unicodedata
from functools import lru_cache
from typing import Final

__all__ = ["KEY_MAX", "grams", "name_key"]

# Some characters fold into many; a key must fit into an index beside another one.
KEY_MAX: Final = 250
# A list asks for the same keys again and again while a chunk of it is settled.
KEYS_KEPT: Final = 8_192


@lru_cache(maxsize=KEYS_KEPT)
def name_key(text: str) -> str:
    """Return what two spellings of one name have in common: `１号 院（西）` and `1号院(西)` are equal."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())[:KEY_MAX]


def grams(key: str) -> list[str]:
    """Return the pieces a key is indexed by: its characters and its pairs, sorted, each once."""
    pairs = (key[place : place + 2] for place in range(len(key) - 1))
    return sorted({*key, *pairs})
