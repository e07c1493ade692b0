"""Walking a chain: every block against the one before it, every row against the hash that was sealed."""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from shared.chain.blocks import DIGESTS, FIND_BLOCK, NO_HASH, Block, leaves_of
from shared.chain.tables import Chain, UnreadableForm
from shared.storage import Work

__all__ = ["Fault", "Finding", "Verified", "Verifier", "unsealed"]

# A chain that is broken in more places than these was not broken by accident: the rest tells nothing new.
MOST_FINDINGS: Final = 100
# More rows in the span of a block than could ever be sealed in it: the rest is not read.
MOST_ROWS: Final = 100_000


class Fault(StrEnum):
    """What does not match."""

    ROW_CHANGED = "row-changed"
    ROW_MISSING = "row-missing"
    ROW_ADDED = "row-added"
    ROW_MOVED = "row-moved"
    BLOCK_MISSING = "block-missing"
    BLOCK_CHANGED = "block-changed"
    BLOCK_UNREADABLE = "block-unreadable"
    HEAD_UNKNOWN = "head-unknown"


_SAYS: Final = {
    Fault.ROW_CHANGED: (
        "第 {row} 号记录的内容与封存时不同（封存 {sealed}，现为 {found}）",
        "row {row} is not what was sealed (sealed {sealed}, now {found})",
    ),
    Fault.ROW_MISSING: ("第 {row} 号记录已封存，现已不存在", "row {row} was sealed and is gone"),
    Fault.ROW_ADDED: (
        "第 {row} 号记录是封存之后插入的",
        "row {row} was put in after its place had been sealed",
    ),
    Fault.ROW_MOVED: (
        "第 {row} 号记录现在是第 {origin} 号记录封存时的内容",
        "row {row} now holds what was sealed as row {origin}",
    ),
    Fault.BLOCK_MISSING: ("缺少第 {block} 个封块", "block {block} is missing"),
    Fault.BLOCK_CHANGED: (
        "第 {block} 个封块自身被改动，或与前一封块不衔接",
        "block {block} was changed itself, or does not follow the block before it",
    ),
    Fault.BLOCK_UNREADABLE: (
        "第 {block} 个封块的格式无法识别：{found}",
        "block {block} has a form this version cannot read: {found}",
    ),
    Fault.HEAD_UNKNOWN: (
        "链上没有哈希为 {found} 的封块：末尾的封块被移除，或整条链被重写",
        "no block bears the hash {found}: blocks at the end were removed, or the chain was written anew",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that does not match."""

    fault: Fault
    block: int
    row: int | None = None
    sealed: str = ""
    found: str = ""
    origin: int | None = None

    def sentence(self, language: str) -> str:
        """Say it in Chinese (`zh`) or English (`en`)."""
        chinese, english = _SAYS[self.fault]
        template = chinese if language == "zh" else english
        return template.format(
            row=self.row, block=self.block, sealed=self.sealed, found=self.found, origin=self.origin
        )


@dataclass(slots=True, kw_only=True)
class Verified:
    """What a walk has seen so far."""

    blocks: int = 0
    rows: int = 0
    upto: int = 0
    head: bytes = NO_HASH
    findings: list[Finding] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        """Say whether everything matched."""
        return not self.findings


@dataclass(kw_only=True)
class Verifier:
    """A walk over a chain, from a block on. `seen` grows as it goes; `known_head` is a hash noted earlier."""

    work: Work
    chain: Chain
    first: int = 1
    known_head: str = ""
    seen: Verified = field(default_factory=Verified)
    _met: bool = False

    async def walk(self, *, blocks: int | None = None) -> AsyncIterator[Verified]:
        """Verify block by block, at most so many, and yield what was seen after each."""
        number, before = self.first, await self._before()
        while self._goes_on(blocks):
            row = await self.work.fetch_one(FIND_BLOCK, chain=self.chain.name, number=number)
            if row is None:
                break
            block = Block.of(row)
            self._find(_missing(number, block.number))
            await self._look_at(block, before if block.number == number else None)
            number, before = block.number + 1, block
            yield self.seen
        if self.known_head and not self._met:
            self._find([Finding(fault=Fault.HEAD_UNKNOWN, block=number - 1, found=self.known_head)])

    async def _before(self) -> Block | None:
        if self.first == 1:
            return None
        row = await self.work.fetch_one(FIND_BLOCK, chain=self.chain.name, number=self.first - 1)
        return None if row is None else Block.of(row)

    def _goes_on(self, blocks: int | None) -> bool:
        return len(self.seen.findings) < MOST_FINDINGS and (blocks is None or self.seen.blocks < blocks)

    def _find(self, findings: Iterator[Finding] | list[Finding]) -> None:
        self.seen.findings.extend(findings)

    async def _look_at(self, block: Block, before: Block | None) -> None:
        if block.digest not in DIGESTS:
            self._find([Finding(fault=Fault.BLOCK_UNREADABLE, block=block.number, found=block.digest)])
        elif not _follows(block, before) or block.expected_hash() != block.hash:
            self._find([Finding(fault=Fault.BLOCK_CHANGED, block=block.number)])
        else:
            await self._compare(block)
        self._met = self._met or block.hash.hex() == self.known_head
        self.seen.blocks += 1
        self.seen.upto, self.seen.head = block.last, block.hash

    async def _compare(self, block: Block) -> None:
        sealed = block.sealed_rows()
        try:
            query = self.chain.rows_query(block.columns)
        except UnreadableForm as fault:
            self._find([Finding(fault=Fault.BLOCK_UNREADABLE, block=block.number, found=str(fault))])
            return
        rows = await self.work.fetch_all(query, after=block.after, last=block.last, limit=MOST_ROWS)
        leaves = leaves_of((row["canonical"] for row in rows), block.digest)
        found = dict(zip((row["seq"] for row in rows), leaves, strict=True))
        self.seen.rows += len(sealed)
        if found != sealed:
            self._find(_differences(block, sealed, found))


def _follows(block: Block, before: Block | None) -> bool:
    """Say whether it begins where the block before it ends. Behind a missing block nobody can say."""
    if before is None:
        return block.number != 1 or (block.previous == NO_HASH and block.after == 0)
    return block.previous == before.hash and block.after == before.last


def _missing(expected: int, found: int) -> Iterator[Finding]:
    if found > expected:
        yield Finding(fault=Fault.BLOCK_MISSING, block=expected)


def _differences(block: Block, sealed: dict[int, bytes], found: dict[int, bytes]) -> Iterator[Finding]:
    origins = {leaf: row for row, leaf in sealed.items()}
    for row in sorted(sealed.keys() | found.keys()):
        if sealed.get(row) != found.get(row):
            yield _difference(block.number, row, sealed.get(row), found.get(row), origins)


def _difference(
    block: int, row: int, sealed: bytes | None, found: bytes | None, origins: dict[bytes, int]
) -> Finding:
    if found is None:
        return Finding(fault=Fault.ROW_MISSING, block=block, row=row)
    if sealed is None:
        return Finding(fault=Fault.ROW_ADDED, block=block, row=row, found=found.hex())
    if found in origins:
        return Finding(fault=Fault.ROW_MOVED, block=block, row=row, origin=origins[found])
    return Finding(fault=Fault.ROW_CHANGED, block=block, row=row, sealed=sealed.hex(), found=found.hex())


async def unsealed(work: Work, chain: Chain, *, after: int) -> int:
    """Return how many rows have a number above `after`."""
    row = await work.fetch_one(chain.count_query, after=after)
    return 0 if row is None else int(row[0])
