"""What is read at the end: effects, the fate of what was unanswered, and what the books add up to."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import asyncpg

from shared.storage import administrator
from tests.faults.counting import Effect
from tests.faults.told import Outcome, Told

_EFFECTS: Final = """
SELECT called, subject, subject_version, event_id, extract(epoch FROM applied_at)::float8 AS applied_at
FROM {schema}.effects ORDER BY n
"""
_JOURNALLED: Final = """
SELECT data->>'called' AS called FROM sample.journal WHERE data->>'called' = ANY($1::text[])
"""
# Both sides of every book, and the money of every voucher that payments led to, each in its own way.
_SIDES: Final = """
SELECT book, sum(CASE side WHEN 'debit' THEN amount_fen ELSE -amount_fen END)::bigint AS off_fen
FROM subsidy_ledger.entries GROUP BY book
"""
_POSTED: Final = """
SELECT coalesce(sum(e.amount_fen), 0)::bigint AS fen, count(*) AS vouchers
FROM subsidy_ledger.vouchers v JOIN subsidy_ledger.entries e ON e.voucher_id = v.id
WHERE v.kind = 'commitment' AND e.side = 'debit' AND e.book = 'management'
"""
_BOUND: Final = "SELECT coalesce(sum(committed_fen), 0)::bigint AS fen FROM subsidy_ledger.budgets"
_KEPT: Final = """
SELECT coalesce(sum(amount_fen), 0)::bigint AS fen, count(*) AS vouchers FROM supervision.claim_vouchers
"""
_NUMBERS: Final = """
SELECT coalesce(sum(highest - found), 0)::bigint FROM (
    SELECT max(number) AS highest, count(DISTINCT number) AS found
    FROM subsidy_ledger.vouchers GROUP BY ledger, month) AS months
"""


@dataclass(frozen=True, kw_only=True)
class Books:
    """What payments come to: as producers were told, in the ledger, in its quotas, in the read model."""

    told_fen: int
    posted_fen: int
    bound_fen: int
    kept_fen: int
    told: int
    vouchers: int
    kept: int
    missing_numbers: int
    off_fen: int

    @property
    def balance(self) -> bool:
        """Say whether debits equal credits in every book, and all accounts of the money agree."""
        same = {self.told_fen, self.posted_fen, self.bound_fen, self.kept_fen}
        counts = {self.told, self.vouchers, self.kept}
        return len(same) == 1 and len(counts) == 1 and not self.missing_numbers and not self.off_fen

    def __str__(self) -> str:
        state = "balance" if self.balance else "DO NOT BALANCE"
        return (
            f"the books {state}: {self.vouchers} vouchers of {self.told} payments; told {self.told_fen} fen, "
            f"posted {self.posted_fen}, bound {self.bound_fen}, told on and kept {self.kept_fen} "
            f"({self.kept}); off by {self.off_fen}, {self.missing_numbers} voucher numbers missing"
        )


async def effects_in(dsn: str, schema: str) -> list[Effect]:
    """Return the effects of a consumer in the order in which they were made."""
    async with administrator(dsn) as connection, connection.transaction():
        cursor = connection.cursor(_EFFECTS.format(schema=schema), prefetch=5_000)
        return [Effect(*row.values()) async for row in cursor]


async def journalled(dsn: str, told: Sequence[Told]) -> frozenset[str]:
    """Return what was recorded of that whose answer was lost."""
    unknown = [each.called for each in told if each.outcome is Outcome.UNKNOWN]
    async with administrator(dsn) as connection:
        return frozenset(row["called"] for row in await connection.fetch(_JOURNALLED, unknown))


async def books(dsn: str, payments: Sequence[Told]) -> Books:
    """Add up the money in every place it is told of."""
    async with administrator(dsn) as connection:
        posted = await _row(connection, _POSTED)
        kept = await _row(connection, _KEPT)
        return Books(
            told_fen=sum(each.amount_fen for each in payments),
            told=len(payments),
            posted_fen=posted["fen"],
            vouchers=posted["vouchers"],
            bound_fen=(await _row(connection, _BOUND))["fen"],
            kept_fen=kept["fen"],
            kept=kept["vouchers"],
            missing_numbers=await connection.fetchval(_NUMBERS),
            off_fen=sum(abs(row["off_fen"]) for row in await connection.fetch(_SIDES)),
        )


async def _row(connection: "asyncpg.Connection[asyncpg.Record]", sql: str) -> asyncpg.Record:
    row = await connection.fetchrow(sql)
    assert row is not None
    return row
