"""Postings are judged by plans that hold for books of any size.

A connection keeps a function's plans until the tables' statistics change. Made while there were few postings,
the search for the number before read all of them, at every posting, however many there were by then.
"""

from typing import Final

from alembic import op

revision: Final = "20261130_fund_gaps"
down_revision: Final = "20261128_reports"

_HEAD: Final = """
CREATE OR REPLACE FUNCTION move_fund_balances() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = subsidy_ledger, pg_temp
"""
_ACCOUNTS_AND_RED_INK: Final = """
AS $$
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
"""
_GAP: Final = """
            LEFT JOIN LATERAL (SELECT b.number FROM fund_postings b WHERE b.ledger = drawn.ledger
                AND b.month = drawn.month AND b.number = drawn.low - 1 LIMIT 1) AS before ON true
            WHERE m.last_number IS DISTINCT FROM drawn.high OR drawn.many <> drawn.high - drawn.low + 1
                OR (drawn.low > 1 AND before.number IS NULL)) THEN
"""
_GAP_BEFORE: Final = """
            WHERE m.last_number IS DISTINCT FROM drawn.high OR drawn.many <> drawn.high - drawn.low + 1
                OR (drawn.low > 1 AND NOT EXISTS (SELECT FROM fund_postings b WHERE b.ledger = drawn.ledger
                    AND b.month = drawn.month AND b.number = drawn.low - 1))) THEN
"""
_BALANCES: Final = """
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
_SEARCH_BY_INDEX: Final = "SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off"


def upgrade() -> None:
    op.execute(f"{_HEAD}{_SEARCH_BY_INDEX}{_ACCOUNTS_AND_RED_INK}{_GAP}{_BALANCES}")


def downgrade() -> None:
    op.execute(f"{_HEAD}{_ACCOUNTS_AND_RED_INK}{_GAP_BEFORE}{_BALANCES}")
