"""The special maintenance fund: accounts by building and household, and what was posted between them (F-05).

A posting takes from one account and gives to another of the same ledger: an unbalanced one cannot be written
down. Balances are moved by the database itself, in the statement that posts; see the migration.
"""

from typing import Final

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Identity,
    Index,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
)
from sqlalchemy import text as sql

from shared.storage import territory_column
from subsidy_ledger.tables.columns import day, fen, metadata, moment, text, whole

__all__ = ["fund_accounts", "fund_months", "fund_postings"]

KINDS: Final = "('bank', 'building', 'household')"

# The bank's side has no floor and no balance of its own: it is what all others of the ledger add up to. So a
# deposit locks nobody but the one who is paid for.
fund_accounts: Final = Table(
    "fund_accounts",
    metadata,
    Column("id", Uuid, primary_key=True),
    territory_column(),
    Column("ledger", Text(collation="C"), nullable=False),
    text("kind"),
    Column("code", Text(collation="C"), nullable=False),
    Column("balance_fen", BigInteger, nullable=False, server_default="0"),
    moment("opened_at"),
    text("opened_by"),
    CheckConstraint(f"kind IN {KINDS}", name="kind"),
    CheckConstraint("balance_fen >= 0", name="balance"),
    UniqueConstraint("ledger", "code"),
    Index("uq_fund_accounts_bank", "ledger", unique=True, postgresql_where=sql("kind = 'bank'")),
    Index("ix_fund_accounts_territory", "territory", "id"),
)

# One row a ledger and month: the last number, and the lock that keeps the numbers without a gap (L-06).
fund_months: Final = Table(
    "fund_months",
    metadata,
    Column("ledger", Text(collation="C"), nullable=False),
    day("month"),
    whole("last_number"),
    PrimaryKeyConstraint("ledger", "month"),
    CheckConstraint("last_number >= 0", name="last_number"),
)

# Accounts and months are checked by the trigger that moves the balances, for all rows of a statement at once.
fund_postings: Final = Table(
    "fund_postings",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("seq", BigInteger, Identity(always=True), nullable=False),
    Column("ledger", Text(collation="C"), nullable=False),
    day("month"),
    whole("number"),
    Column("from_account", Uuid, nullable=False),
    Column("to_account", Uuid, nullable=False),
    fen("amount_fen"),
    text("memo"),
    Column("reverses", Uuid, ForeignKey("fund_postings.id")),
    moment("posted_at"),
    text("person"),
    text("role"),
    text("reason", nullable=True),
    text("origin", nullable=True),
    UniqueConstraint("seq"),
    UniqueConstraint("ledger", "month", "number"),
    UniqueConstraint("reverses"),
    CheckConstraint("amount_fen > 0", name="amount"),
    CheckConstraint("from_account <> to_account", name="two_accounts"),
    CheckConstraint("number >= 1", name="number"),
    Index("ix_fund_postings_from", "from_account", "seq"),
    Index("ix_fund_postings_to", "to_account", "seq"),
)
