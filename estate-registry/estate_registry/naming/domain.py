"""How names and addresses are compared and found, whoever typed them.

A key is what is left of a text when width, case, blanks and punctuation are taken away. The pieces of a key
(each character, each pair of neighbours) go into an index, so that any part of a name is found. pg_trgm cannot
do this here: with the C locale it sees no letter in a Chinese name, and a name is often looked for by two
characters, which hold no trigram.
"""

import unicodedata

__all__ = ["grams", "name_key"]


def name_key(text: str) -> str:
    """Return what two spellings of one name have in common: `１号 院（西）` and `1号院(西)` are equal."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return "".join(character for character in folded if character.isalnum())


def grams(key: str) -> list[str]:
    """Return the pieces a key is indexed by: its characters and its pairs, sorted, each once."""
    pairs = (key[place : place + 2] for place in range(len(key) - 1))
    return sorted({*key, *pairs})
