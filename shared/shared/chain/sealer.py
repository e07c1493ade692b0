"""The sealer: in the background, one at a time, never in the way of a commit."""

import asyncio
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Text, bindparam, func, select

from shared.chain.blocks import LAST_BLOCK, NO_HASH, PUT_BLOCK, Block, Digest, leaves_of, spans
from shared.chain.finality import Finality
from shared.chain.tables import Chain
from shared.kernel import Actor, Clock, system_clock
from shared.logging import get_logger
from shared.settings import Settings
from shared.storage import DATABASE_AWAY, Database, Occasion, Query, Work

__all__ = ["BLOCK_ROWS", "ROUND_SECONDS", "ChainSettings", "Sealer", "SealerMetrics"]

BLOCK_ROWS: Final = 1_000
ROUND_SECONDS: Final = 2.0
# How often a new head is logged at most.
TOLD_AGAIN_AFTER: Final = timedelta(minutes=1)

_log = get_logger(__name__)
_ALONE: Final = Query(
    select(func.pg_try_advisory_xact_lock(func.hashtextextended(bindparam("name", type_=Text), 0)))
)


class ChainSettings(Settings):
    """How chains are sealed: `GONGZHI_CHAIN_DIGEST` is sha256 or sm3. Older blocks keep their own."""

    chain_digest: Digest = Digest.SHA256


@dataclass(slots=True, kw_only=True)
class SealerMetrics:
    """What a chain's sealer has done, and how far it is behind: rows, and the age of the oldest of them."""

    blocks: int = 0
    rows: int = 0
    failures: int = 0
    sealed_upto: int = 0
    lag_rows: int = 0
    lag_seconds: float = 0.0
    last_sealed_at: datetime | None = None
    head: bytes = NO_HASH


@dataclass(kw_only=True)
class Sealer:
    """Seals one chain of a service. Several may run beside each other: one seals, the others look on."""

    database: Database
    chain: Chain
    digest: Digest = Digest.SHA256
    clock: Clock = system_clock
    block_rows: int = BLOCK_ROWS
    metrics: SealerMetrics = field(default_factory=SealerMetrics)
    _finality: Finality = field(default_factory=Finality)
    _told_head: bytes = NO_HASH
    _told_at: datetime | None = None

    async def run(self) -> None:
        """Seal until cancelled. A database that is away is waited for."""
        while True:
            try:
                full = await self.step() == self.block_rows
                self._tell_head()
            except DATABASE_AWAY as fault:
                self.metrics.failures += 1
                full = False
                _log.warning("sealing waits", chain=self.chain.name, error=type(fault).__name__)
            await asyncio.sleep(0 if full else ROUND_SECONDS)

    async def step(self) -> int:
        """Seal the next block of what is final, and return how many rows it has."""
        occasion = Occasion(actor=Actor.system(f"{self.database.schema}.sealer"), now=self.clock())
        async with self.database.read(occasion) as work:
            final = await self._finality.move_up(work, self.chain)
        async with self.database.begin(occasion) as work:
            block = await self._seal(work, final)
            await self._measure(work)
        if block is None:
            return 0
        return self._count(block)

    async def _seal(self, work: Work, final: int) -> Block | None:
        row = await work.fetch_one(_ALONE, name=f"seal:{self.database.schema}:{self.chain.name}")
        if row is None or not row[0]:
            return None
        last = await work.fetch_one(LAST_BLOCK, chain=self.chain.name)
        previous = None if last is None else Block.of(last)
        block = await self._next_block(work, previous, final)
        if block is not None:
            await work.execute(PUT_BLOCK, **_columns(block))
        return block

    async def _next_block(self, work: Work, previous: Block | None, final: int) -> Block | None:
        after = 0 if previous is None else previous.last
        rows = await work.fetch_all(
            self.chain.rows_query(self.chain.form), after=after, last=final, limit=self.block_rows
        )
        if not rows:
            return None
        numbers = [row["seq"] for row in rows]
        block = Block(
            chain=self.chain.name,
            number=1 if previous is None else previous.number + 1,
            digest=self.digest,
            columns=self.chain.form,
            after=after,
            # A block that is not full reaches to where all is final: nothing may appear behind it.
            last=numbers[-1] if len(rows) == self.block_rows else final,
            members=spans(numbers),
            leaves=b"".join(leaves_of((row["canonical"] for row in rows), self.digest)),
            previous=NO_HASH if previous is None else previous.hash,
            hash=NO_HASH,
            sealed_at=work.now,
        )
        return replace(block, hash=block.expected_hash())

    async def _measure(self, work: Work) -> None:
        last = await work.fetch_one(LAST_BLOCK, chain=self.chain.name)
        upto = 0 if last is None else last["last"]
        waiting = await work.fetch_one(self.chain.waiting_query, after=upto)
        newest = await work.fetch_one(self.chain.last_query)
        metrics = self.metrics
        metrics.sealed_upto, metrics.head = upto, NO_HASH if last is None else last["hash"]
        metrics.lag_rows = max(0, (newest[0] if newest else 0) - upto) if waiting else 0
        metrics.lag_seconds = max(0.0, (work.now - waiting["moment"]).total_seconds()) if waiting else 0.0

    def _count(self, block: Block) -> int:
        rows = len(block.sealed_rows())
        self.metrics.blocks += 1
        self.metrics.rows += rows
        self.metrics.last_sealed_at = block.sealed_at
        return rows

    def _tell_head(self) -> None:
        """Log a new head, once in a while.

        It leaves the machine with the log: whoever kept it can later show that nothing was rewritten.
        """
        now, head = self.clock(), self.metrics.head
        lately = self._told_at is not None and now < self._told_at + TOLD_AGAIN_AFTER
        if lately or head == self._told_head:
            return
        self._told_head, self._told_at = head, now
        _log.info("sealed", chain=self.chain.name, upto=self.metrics.sealed_upto, head=head.hex())


def _columns(block: Block) -> dict[str, object]:
    values = {name: getattr(block, name) for name in Block.__dataclass_fields__}
    return {**values, "columns": list(block.columns)}
