"""The maintenance fund: accounts, postings between them, and what the database itself does and refuses."""

from typing import Final

import sqlalchemy as sa
from alembic import op

from shared.storage.platform import append_only

revision: Final = "20261128_funds"
down_revision: Final = "20261128_seals"

# The one way a balance moves: for all rows of a statement at once, accounts locked in one order. No account
# falls below zero (its CHECK); both accounts are of the posting's ledger; red ink mirrors one posting that is
# not red itself (L-03); the numbers follow each other and come from the month (L-06).
_MOVE_BALANCES: Final = """
CREATE FUNCTION move_fund_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = subsidy_ledger, pg_temp AS $$
BEGIN
    PERFORM FROM fund_accounts
        WHERE id IN (SELECT from_account FROM added UNION SELECT to_account FROM added) AND kind <> 'bank'
        ORDER BY id FOR NO KEY UPDATE;
    IF EXISTS (SELECT FROM added p
            LEFT JOIN fund_accounts f ON f.id = p.from_account AND f.ledger = p.ledger
            LEFT JOIN fund_accounts t ON t.id = p.to_account AND t.ledger = p.ledger
            WHERE f.id IS NULL OR t.id IS NULL) THEN
        RAISE EXCEPTION 'an account is not of the posting''s ledger' USING ERRCODE = 'foreign_key_violation';
    END IF;
    IF EXISTS (SELECT FROM added p LEFT JOIN fund_postings o ON o.id = p.reverses AND o.reverses IS NULL
            WHERE p.reverses IS NOT NULL AND (o.to_account, o.from_account, o.amount_fen, o.ledger)
                IS DISTINCT FROM (p.from_account, p.to_account, p.amount_fen, p.ledger)) THEN
        RAISE EXCEPTION 'red ink does not mirror the posting it names' USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (SELECT FROM (SELECT ledger, month, count(*) AS many, min(number) AS low, max(number) AS high
                FROM added GROUP BY ledger, month) AS drawn
            LEFT JOIN fund_months m ON m.ledger = drawn.ledger AND m.month = drawn.month
            WHERE m.last_number IS DISTINCT FROM drawn.high OR drawn.many <> drawn.high - drawn.low + 1
                OR (drawn.low > 1 AND NOT EXISTS (SELECT FROM fund_postings b WHERE b.ledger = drawn.ledger
                    AND b.month = drawn.month AND b.number = drawn.low - 1))) THEN
        RAISE EXCEPTION 'the numbers of postings leave a gap' USING ERRCODE = 'check_violation';
    END IF;
    UPDATE fund_accounts AS a SET balance_fen = a.balance_fen + moved.by
        FROM (SELECT account, sum(by)::bigint AS by FROM (
                SELECT from_account AS account, -amount_fen AS by FROM added
                UNION ALL SELECT to_account, amount_fen FROM added) AS sides
            GROUP BY account) AS moved
        WHERE a.id = moved.account AND a.kind <> 'bank' AND moved.by <> 0;
    RETURN NULL;
END $$
"""
_TRIGGERS: Final = (
    """
CREATE TRIGGER moves_balances AFTER INSERT ON fund_postings REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION move_fund_balances()
""",
    """
CREATE TRIGGER kept BEFORE DELETE OR TRUNCATE ON fund_accounts
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()
""",
)
# The service opens accounts, at zero; it can neither set a balance nor move an account to another ledger.
_RIGHTS: Final = (
    "REVOKE ALL ON fund_accounts FROM subsidy_ledger",
    (
        "GRANT SELECT, INSERT (id, territory, ledger, kind, code, opened_at, opened_by) ON fund_accounts "
        "TO subsidy_ledger"
    ),
)


def upgrade() -> None:
    _create_tables()
    op.execute(_MOVE_BALANCES)
    for statement in (*_TRIGGERS, *_RIGHTS):
        op.execute(statement)
    append_only("fund_postings")


def downgrade() -> None:
    for table in ("fund_postings", "fund_months", "fund_accounts"):
        op.drop_table(table)
    op.execute("DROP FUNCTION move_fund_balances()")


def _create_tables() -> None:
    op.create_table(
        "fund_accounts",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("ledger", sa.Text(collation="C"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("code", sa.Text(collation="C"), nullable=False),
        sa.Column("balance_fen", sa.BigInteger(), nullable=False, server_default="0"),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_by", sa.Text(), nullable=False),
        sa.CheckConstraint("kind IN ('bank', 'building', 'household')", name=op.f("ck_fund_accounts_kind")),
        sa.CheckConstraint("balance_fen >= 0", name=op.f("ck_fund_accounts_balance")),
        sa.UniqueConstraint("ledger", "code", name=op.f("uq_fund_accounts_ledger_code")),
    )
    op.create_index(
        "uq_fund_accounts_bank",
        "fund_accounts",
        ["ledger"],
        unique=True,
        postgresql_where=sa.text("kind = 'bank'"),
    )
    op.create_index("ix_fund_accounts_territory", "fund_accounts", ["territory", "id"])
    op.create_table(
        "fund_months",
        sa.Column("ledger", sa.Text(collation="C"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("ledger", "month", name=op.f("pk_fund_months")),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_fund_months_last_number")),
    )
    op.create_table(
        "fund_postings",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("ledger", sa.Text(collation="C"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("from_account", sa.Uuid(), nullable=False),
        sa.Column("to_account", sa.Uuid(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=True),
        sa.Column("origin", sa.Text(), nullable=True),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_fund_postings_amount")),
        sa.CheckConstraint("from_account <> to_account", name=op.f("ck_fund_postings_two_accounts")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_fund_postings_number")),
        sa.ForeignKeyConstraint(["reverses"], ["fund_postings.id"], name=op.f("fk_fund_postings_reverses")),
        sa.UniqueConstraint("seq", name=op.f("uq_fund_postings_seq")),
        sa.UniqueConstraint("ledger", "month", "number", name=op.f("uq_fund_postings_ledger_month_number")),
        sa.UniqueConstraint("reverses", name=op.f("uq_fund_postings_reverses")),
    )
    op.create_index("ix_fund_postings_from", "fund_postings", ["from_account", "seq"])
    op.create_index("ix_fund_postings_to", "fund_postings", ["to_account", "seq"])
