"""What the database refuses by itself, from somebody with the service's own login and plain SQL."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import asyncpg
import pytest
from ledger_desk import District

from shared.kernel import new_id

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy


class Forger:
    """Somebody with the service's own login and plain SQL."""

    def __init__(
        self, connection: "PoolConnectionProxy[asyncpg.Record]", budget_id: str, claim_id: str | None = None
    ) -> None:
        self.connection = connection
        self.budget_id = budget_id
        self.claim_id = claim_id

    async def voucher(
        self,
        *,
        lines: int = 2,
        number: int | None = None,
        kind: str = "commitment",
        red: bool = False,
        reverses: UUID | None = None,
    ) -> UUID:
        if number is None:
            number = await self.connection.fetchval(
                "UPDATE ledger_months SET last_number = last_number + 1 RETURNING last_number"
            )
        voucher_id: UUID = await self.connection.fetchval(
            "INSERT INTO vouchers (id, ledger, month, number, posted_on, posted_at, kind, memo, lines, red, "
            "reverses, budget_id, claim_id, territory, person) VALUES ($1, '610703', '2026-03-01', $2, "
            "'2026-03-02', now(), $3, 'm', $4, $5, $6, $7, $8, '610703', 'forger') RETURNING id",
            new_id(),
            number,
            kind,
            lines,
            red,
            reverses,
            self.budget_id,
            self.claim_id,
        )
        return voucher_id

    async def entry(
        self, voucher: UUID, line: int, account: str, side: str, fen: int, book: str = "management"
    ) -> None:
        await self.connection.execute(
            "INSERT INTO entries VALUES ($1, $2, $3, $4, $5, $6)", voucher, line, book, account, side, fen
        )

    async def pair(
        self,
        fen: int = 5,
        *,
        debit: str = "9102",
        credit: str = "9101",
        number: int | None = None,
        kind: str = "commitment",
        red: bool = False,
        reverses: UUID | None = None,
    ) -> UUID:
        voucher = await self.voucher(number=number, kind=kind, red=red, reverses=reverses)
        await self.entry(voucher, 1, debit, "debit", fen)
        await self.entry(voucher, 2, credit, "credit", fen)
        return voucher


async def unbalanced(forger: Forger) -> None:
    voucher = await forger.voucher()
    await forger.entry(voucher, 1, "9102", "debit", 5)
    await forger.entry(voucher, 2, "9101", "credit", 4)


async def balanced_across_books(forger: Forger) -> None:
    voucher = await forger.voucher()
    await forger.entry(voucher, 1, "9102", "debit", 5)
    await forger.entry(voucher, 2, "2307", "credit", 5, "financial")


async def without_lines(forger: Forger) -> None:
    await forger.voucher()


async def single_line(forger: Forger) -> None:
    await forger.voucher(lines=1)


async def nothing_to_move(forger: Forger) -> None:
    await forger.pair(0)


async def less_than_nothing(forger: Forger) -> None:
    await forger.pair(-5)


async def in_another_book(forger: Forger) -> None:
    voucher = await forger.voucher()
    await forger.entry(voucher, 1, "9102", "debit", 5, "budget")


async def on_no_account(forger: Forger) -> None:
    await forger.entry(await forger.voucher(), 1, "9999", "debit", 5)


async def more_lines_later(forger: Forger) -> None:
    posted = await forger.connection.fetchval("SELECT id FROM vouchers LIMIT 1")
    await forger.entry(posted, 3, "9102", "debit", 5)


async def out_of_the_counter(forger: Forger) -> None:
    await forger.pair(number=77)


async def with_a_gap(forger: Forger) -> None:
    await forger.connection.execute("UPDATE ledger_months SET last_number = last_number + 5")
    await forger.pair()


async def with_a_number_taken(forger: Forger) -> None:
    await forger.connection.execute("UPDATE ledger_months SET last_number = last_number - 1")
    await forger.pair()


async def red_without_original(forger: Forger) -> None:
    await forger.pair(red=True)


async def red_of_another_amount(forger: Forger) -> None:
    original = await forger.connection.fetchval("SELECT id FROM vouchers WHERE kind = 'commitment'")
    await forger.pair(6, red=True, reverses=original)


async def accrued_without_commitment(forger: Forger) -> None:
    await forger.pair(5_000_000, debit="9103", credit="9102", kind="accrual")


async def paid_without_accrual(forger: Forger) -> None:
    await forger.pair(5, debit="9104", credit="9103", kind="payment")


Forgery = Callable[[Forger], Awaitable[None]]

# Each forgery, and the words the database refuses it with.
FORGERIES: list[tuple[Forgery, str]] = [
    (unbalanced, "is not balanced in the book management"),
    (balanced_across_books, "is not balanced in the book"),
    (without_lines, "has 0 entries, not 2"),
    (single_line, "ck_vouchers_lines"),
    (nothing_to_move, "ck_entries_amount"),
    (less_than_nothing, "ck_entries_amount"),
    (in_another_book, "fk_entries_account"),
    (on_no_account, "fk_entries_account"),
    (more_lines_later, "takes no further entries"),
    (out_of_the_counter, "was not drawn from month"),
    (with_a_gap, "leaves a gap before number"),
    (with_a_number_taken, "uq_vouchers_ledger_month_number"),
    (red_without_original, "ck_vouchers_red"),
    (red_of_another_amount, "does not mirror voucher"),
    (accrued_without_commitment, "takes more of claim"),
    (paid_without_accrual, "takes more of claim"),
]


@pytest.mark.parametrize(("forgery", "words"), FORGERIES)
async def test_the_database_itself_refuses_a_forged_voucher(
    district: District, forgery: Forgery, words: str
) -> None:
    await district.settle()
    budget = await district.budget()
    claim = await district.claim_after("approval")
    before = await district.trial()

    async with district.database.pool.acquire() as connection:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError, match=words):
            async with connection.transaction():
                await forgery(Forger(connection, budget["id"], claim["id"]))

    assert await district.trial() == before


async def test_a_pair_that_keeps_all_rules_is_taken(district: District) -> None:
    """The forger's own pair is posted: so each forgery above fails for its one fault."""
    await district.settle()
    budget = await district.budget()
    claim = await district.claim_after("approval")

    async with district.database.pool.acquire() as connection, connection.transaction():
        await Forger(connection, budget["id"], claim["id"]).pair()

    assert (await district.trial())["balanced"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE vouchers SET memo = 'x'",
        "DELETE FROM vouchers",
        "TRUNCATE vouchers CASCADE",
        "UPDATE entries SET amount_fen = amount_fen + 1",
        "DELETE FROM entries",
        "UPDATE claim_steps SET person = 'x'",
        "DELETE FROM claim_steps",
        "UPDATE claim_assessments SET amount_fen = 1",
    ],
)
async def test_what_was_posted_or_decided_is_never_edited(district: District, statement: str) -> None:
    await district.settle()
    await district.budget()
    await district.claim_after("approval")

    async with district.database.pool.acquire() as connection:
        with pytest.raises((asyncpg.RestrictViolationError, asyncpg.InsufficientPrivilegeError)):
            await connection.execute(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE budgets SET available_fen = -1, committed_fen = committed_fen + available_fen + 1",
        "UPDATE budgets SET available_fen = available_fen + 1",
        "UPDATE budgets SET spent_fen = spent_fen + 1",
        "UPDATE budgets SET committed_fen = -1, available_fen = available_fen + committed_fen + 1",
        "UPDATE claims SET status = 'paid', amount_fen = NULL",
        "UPDATE claims SET status = 'lost'",
        "UPDATE claims SET starts_on = starts_on + 3",
        """
        INSERT INTO claim_steps SELECT claim_id, 99, 'payment', 'x', person, role, unit, NULL, '', NULL, at
        FROM claim_steps WHERE duty = 'check'
        """,
        """
        INSERT INTO funded_periods SELECT id, estate_id, purpose, '2026-02-01', '2026-03-01'
        FROM claims WHERE status = 'draft'
        """,
    ],
)
async def test_the_database_refuses_what_no_rule_allows(district: District, statement: str) -> None:
    await district.settle()
    await district.budget()
    await district.claim_after("approval")
    await district.draft()

    async with district.database.pool.acquire() as connection:
        with pytest.raises(asyncpg.IntegrityConstraintViolationError):
            await connection.execute(statement)


async def test_a_closed_month_stays_closed_for_plain_sql_too(district: District) -> None:
    budget = await district.budget()
    district.clock.advance(timedelta(days=29))
    await district.post("corrector", "/books/ledgers/610703/months/2026-03/closing")

    async with district.database.pool.acquire() as connection:
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute("UPDATE ledger_months SET closed_at = NULL")
        with pytest.raises(asyncpg.CheckViolationError):
            async with connection.transaction():
                await Forger(connection, budget["id"]).pair(number=2)
