"""The books: accounts, months, vouchers and their entries, and the totals of closed months.

`ledger` is the district whose money it is. What a table cannot say here (balance, no gap, no edit, nothing
into a closed month) stands in the first migration.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)

from shared.storage import readable, territory_column
from subsidy_ledger.tables.columns import day, fen, metadata, moment, small, text, whole

__all__ = ["accounts", "entries", "ledger_months", "month_totals", "vouchers"]

BOOKS: Final = "('management', 'financial', 'budget')"
SIDES: Final = "('debit', 'credit')"
QUOTAS: Final = "('', 'approved', 'available', 'committed', 'accrued', 'spent')"
KINDS: Final = "('budget_approval', 'budget_supplement', 'commitment', 'accrual', 'payment')"

accounts: Final = Table(
    "accounts",
    metadata,
    Column("number", Text(collation="C"), primary_key=True),
    text("book"),
    text("name_zh"),
    text("name_en"),
    text("normal_side"),
    text("quota"),
    text("source"),
    text("tag"),
    CheckConstraint(f"book IN {BOOKS}", name="book"),
    CheckConstraint(f"normal_side IN {SIDES}", name="normal_side"),
    CheckConstraint(f"quota IN {QUOTAS}", name="quota"),
    UniqueConstraint("number", "book"),
)

# One row a ledger and month: the last voucher number, and the lock that keeps the numbers without a gap.
ledger_months: Final = Table(
    "ledger_months",
    metadata,
    territory_column("ledger"),
    day("month"),
    whole("last_number"),
    moment("closed_at", nullable=True),
    text("closed_by", nullable=True),
    PrimaryKeyConstraint("ledger", "month"),
    CheckConstraint("last_number >= 0", name="last_number"),
    CheckConstraint("EXTRACT(day FROM month) = 1", name="first_day"),
)

vouchers: Final = Table(
    "vouchers",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The order in which the books are sealed.
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("ledger", Text(collation="C"), nullable=False),
    day("month"),
    whole("number"),
    day("posted_on"),
    moment("posted_at"),
    text("kind"),
    text("memo"),
    small("lines"),
    Column("red", Boolean, nullable=False),
    Column("reverses", Uuid, ForeignKey("vouchers.id")),
    Column("budget_id", Uuid, ForeignKey("budgets.id"), nullable=False),
    Column("claim_id", Uuid, ForeignKey("claims.id")),
    territory_column(),
    text("person"),
    ForeignKeyConstraint(["ledger", "month"], ["ledger_months.ledger", "ledger_months.month"]),
    UniqueConstraint("ledger", "month", "number"),
    UniqueConstraint("reverses"),
    UniqueConstraint("seq"),
    CheckConstraint(f"kind IN {KINDS}", name="kind"),
    CheckConstraint("number >= 1", name="number"),
    CheckConstraint("lines >= 2", name="lines"),
    CheckConstraint("red = (reverses IS NOT NULL)", name="red"),
    CheckConstraint("posted_on >= month AND posted_on < month + interval '1 month'", name="posted_on"),
    Index("ix_vouchers_territory", "territory", "id"),
    Index("ix_vouchers_month", "month", "id"),
    Index("ix_vouchers_claim", "claim_id", "id"),
    Index("ix_vouchers_budget", "budget_id", "id"),
)
readable(
    vouchers,
    "id ledger month number posted_on posted_at kind lines red reverses budget_id claim_id territory",
)

entries: Final = Table(
    "entries",
    metadata,
    Column("voucher_id", Uuid, ForeignKey("vouchers.id"), nullable=False),
    small("line"),
    text("book"),
    Column("account", Text(collation="C"), nullable=False),
    text("side"),
    fen("amount_fen"),
    PrimaryKeyConstraint("voucher_id", "line"),
    ForeignKeyConstraint(["account", "book"], ["accounts.number", "accounts.book"]),
    CheckConstraint("amount_fen > 0", name="amount"),
    CheckConstraint(f"side IN {SIDES}", name="side"),
)

month_totals: Final = Table(
    "month_totals",
    metadata,
    territory_column("ledger"),
    day("month"),
    Column("account", Text(collation="C"), ForeignKey("accounts.number"), nullable=False),
    fen("debit_fen"),
    fen("credit_fen"),
    PrimaryKeyConstraint("ledger", "month", "account"),
    ForeignKeyConstraint(["ledger", "month"], ["ledger_months.ledger", "ledger_months.month"]),
)
readable(month_totals, "ledger month account debit_fen credit_fen")
