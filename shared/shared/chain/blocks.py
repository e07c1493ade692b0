r"""A block of the chain: which rows, what each of them hashes to, and the hash over all that came before.

leaf  = H(row's canonical bytes)
hash  = H(header + b"\n" + leaf + leaf + …)
header = JSON array of [chain, number, digest, columns, after, last, members, sealed_at, previous hash in hex]
"""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise
from typing import Final, Self

from cryptography.hazmat.primitives import hashes
from sqlalchemy import bindparam, insert, select

from shared.storage import HOUSE_TABLES, Query, Row

__all__ = [
    "DIGESTS",
    "FIND_BLOCK",
    "LAST_BLOCK",
    "NO_HASH",
    "PUT_BLOCK",
    "Block",
    "Digest",
    "leaves_of",
    "spans",
    "unfold",
]

# What the first block of a chain follows.
NO_HASH: Final = b""
_seals: Final = HOUSE_TABLES["seals"]
LAST_BLOCK: Final = Query(
    select(_seals).where(_seals.c.chain == bindparam("chain")).order_by(_seals.c.number.desc()).limit(1)
)
FIND_BLOCK: Final = Query(
    select(_seals)
    .where(_seals.c.chain == bindparam("chain"), _seals.c.number >= bindparam("number"))
    .order_by(_seals.c.number)
    .limit(1)
)
PUT_BLOCK: Final = Query(insert(_seals))


class Digest(StrEnum):
    """The hash functions a chain can be sealed with."""

    SHA256 = "sha256"
    SM3 = "sm3"


def _sha256(data: bytes) -> bytes:
    return hashlib.sha256(data).digest()


def _sm3(data: bytes) -> bytes:
    state = hashes.Hash(hashes.SM3())
    state.update(data)
    return state.finalize()


DIGESTS: Final[Mapping[str, Callable[[bytes], bytes]]] = {Digest.SHA256: _sha256, Digest.SM3: _sm3}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """The seal on the rows numbered above `after`, up to `last`.

    `members` says which numbers are there ("1-500 503-510"): what is missing between was never committed.
    `leaves` are their hashes, one after the other.
    """

    chain: str
    number: int
    digest: str
    columns: tuple[str, ...]
    after: int
    last: int
    members: str
    leaves: bytes
    previous: bytes
    hash: bytes
    sealed_at: datetime

    @classmethod
    def of(cls, row: Row) -> Self:
        """Read a row of `seals`."""
        return cls(**{**dict(row), "columns": tuple(row["columns"])})

    def expected_hash(self) -> bytes:
        """Return the hash over what the block says."""
        header = [
            self.chain,
            self.number,
            self.digest,
            list(self.columns),
            self.after,
            self.last,
            self.members,
            self.sealed_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
            self.previous.hex(),
        ]
        text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))
        return DIGESTS[self.digest](text.encode() + b"\n" + self.leaves)

    def sealed_rows(self) -> dict[int, bytes]:
        """Return the hash that was sealed for each row, by its number."""
        size = len(DIGESTS[self.digest](b""))
        cut = (self.leaves[at : at + size] for at in range(0, len(self.leaves), size))
        return dict(zip(unfold(self.members), cut, strict=False))


def spans(numbers: Sequence[int]) -> str:
    """Write ascending numbers as spans: `1-500 503-510`."""
    if not numbers:
        return ""
    breaks = [at for at, (one, other) in enumerate(pairwise(numbers), start=1) if other != one + 1]
    starts, ends = [0, *breaks], [*breaks, len(numbers)]
    return " ".join(f"{numbers[start]}-{numbers[end - 1]}" for start, end in zip(starts, ends, strict=True))


def unfold(members: str) -> Iterator[int]:
    """Return the numbers that spans stand for."""
    for span in members.split():
        first, _, last = span.partition("-")
        yield from range(int(first), int(last) + 1)


def leaves_of(canonical: Iterable[str], digest: str) -> list[bytes]:
    """Return the hash of each row."""
    hashed = DIGESTS[digest]
    return [hashed(text.encode()) for text in canonical]
