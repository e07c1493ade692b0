"""The books, budgets, claims, and what was heard of others, with what the database itself refuses."""

from typing import Final

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

from shared.storage.platform import append_only, create_platform_tables, drop_platform_tables

revision: Final = "20261123_first"
down_revision: Final = None
branch_labels: Final = None
depends_on: Final = None

# Judged at the commit, when all lines are there. L-01: balanced in every book, as many lines as it says.
# L-03: red ink mirrors one voucher that is not red itself. L-04: of a claim no more is accrued than was
# committed, no more paid than was accrued. L-06: its number follows one that is there.
_JUDGE_VOUCHER: Final = """
CREATE FUNCTION judge_voucher() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    found bigint;
    unequal text;
BEGIN
    SELECT count(*) INTO found FROM entries WHERE voucher_id = NEW.id;
    IF found <> NEW.lines THEN
        RAISE EXCEPTION 'voucher % has % entries, not %', NEW.id, found, NEW.lines
            USING ERRCODE = 'check_violation';
    END IF;
    SELECT book INTO unequal FROM entries WHERE voucher_id = NEW.id GROUP BY book
        HAVING sum(CASE side WHEN 'debit' THEN amount_fen ELSE -amount_fen END) <> 0 LIMIT 1;
    IF unequal IS NOT NULL THEN
        RAISE EXCEPTION 'voucher % is not balanced in the book %', NEW.id, unequal
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.number > 1 AND NOT EXISTS (SELECT FROM vouchers
            WHERE ledger = NEW.ledger AND month = NEW.month AND number = NEW.number - 1) THEN
        RAISE EXCEPTION 'voucher % leaves a gap before number %', NEW.id, NEW.number
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.red AND NOT mirrors(NEW) THEN
        RAISE EXCEPTION 'voucher % does not mirror voucher %', NEW.id, NEW.reverses
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.claim_id IS NOT NULL AND overdrawn(NEW.claim_id) THEN
        RAISE EXCEPTION 'voucher % takes more of claim % than is there', NEW.id, NEW.claim_id
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_MIRRORS: Final = """
CREATE FUNCTION mirrors(red vouchers) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM vouchers original WHERE original.id = red.reverses AND NOT original.red
            AND original.kind = red.kind AND original.lines = red.lines AND original.ledger = red.ledger
            AND original.budget_id = red.budget_id AND original.claim_id IS NOT DISTINCT FROM red.claim_id)
        AND NOT EXISTS (
            SELECT book, account, side, amount_fen FROM entries WHERE voucher_id = red.reverses
            EXCEPT ALL
            SELECT book, account, side, amount_fen FROM entries WHERE voucher_id = red.id)
$$
"""
_OVERDRAWN: Final = """
CREATE FUNCTION overdrawn(claim uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM vouchers v JOIN entries e ON e.voucher_id = v.id
        JOIN accounts a ON a.number = e.account AND a.quota IN ('committed', 'accrued', 'spent')
        WHERE v.claim_id = claim GROUP BY e.account
        HAVING sum(e.amount_fen * CASE WHEN (e.side = a.normal_side) <> v.red THEN 1 ELSE -1 END) < 0)
$$
"""
# L-03 and L-06, at once: the number comes from the month's row, which is held, and the month is open.
_ADMIT_VOUCHER: Final = """
CREATE FUNCTION admit_voucher() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    its_month ledger_months;
BEGIN
    SELECT * INTO its_month FROM ledger_months WHERE ledger = NEW.ledger AND month = NEW.month FOR SHARE;
    IF its_month.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'month % of ledger % is closed', NEW.month, NEW.ledger
            USING ERRCODE = 'check_violation';
    END IF;
    IF its_month.last_number IS DISTINCT FROM NEW.number THEN
        RAISE EXCEPTION 'voucher number % was not drawn from month %', NEW.number, NEW.month
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NEW;
END $$
"""
# A voucher that is posted takes no further entry: not even a balanced pair.
_ADMIT_ENTRIES: Final = """
CREATE FUNCTION admit_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM vouchers v WHERE v.id IN (SELECT voucher_id FROM added)
            AND (SELECT count(*) FROM entries e WHERE e.voucher_id = v.id) > v.lines) THEN
        RAISE EXCEPTION 'a posted voucher takes no further entries' USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$
"""
_KEEP_CLOSED: Final = """
CREATE FUNCTION keep_closed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'month % of ledger % stays closed', OLD.month, OLD.ledger
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN COALESCE(NEW, OLD);
END $$
"""
_TRIGGERS: Final = (
    """
CREATE CONSTRAINT TRIGGER judged AFTER INSERT ON vouchers DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION judge_voucher()
""",
    """
CREATE TRIGGER admitted BEFORE INSERT ON vouchers FOR EACH ROW EXECUTE FUNCTION admit_voucher()
""",
    """
CREATE TRIGGER admitted AFTER INSERT ON entries REFERENCING NEW TABLE AS added
    FOR EACH STATEMENT EXECUTE FUNCTION admit_entries()
""",
    """
CREATE TRIGGER kept_closed BEFORE UPDATE OR DELETE ON ledger_months
    FOR EACH ROW EXECUTE FUNCTION keep_closed()
""",
)
_APPEND_ONLY: Final = ("vouchers", "entries", "month_totals", "claim_steps", "claim_assessments")
_FUNCTIONS: Final = (
    "keep_closed()",
    "admit_entries()",
    "admit_voucher()",
    "judge_voucher()",
    "overdrawn(uuid)",
    "mirrors(vouchers)",
)


def upgrade() -> None:
    create_platform_tables("subsidy_ledger")
    op.execute("CREATE SEQUENCE claim_serial")
    _create_tables()
    for function in (_MIRRORS, _OVERDRAWN, _JUDGE_VOUCHER, _ADMIT_VOUCHER, _ADMIT_ENTRIES, _KEEP_CLOSED):
        op.execute(function)
    for trigger in _TRIGGERS:
        op.execute(trigger)
    for table in _APPEND_ONLY:
        append_only(table)


def downgrade() -> None:
    for table in ("vouchers", "entries", "ledger_months"):
        for trigger in ("judged", "admitted", "kept_closed"):
            op.execute(f"DROP TRIGGER IF EXISTS {trigger} ON {table}")
    for function in _FUNCTIONS:
        op.execute(f"DROP FUNCTION {function}")
    _drop_tables()
    op.execute("DROP SEQUENCE claim_serial")
    drop_platform_tables()


def _create_tables() -> None:
    op.create_table(
        "accounts",
        sa.Column("number", sa.Text(collation="C"), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("normal_side", sa.Text(), nullable=False),
        sa.Column("quota", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.CheckConstraint("book IN ('management', 'financial', 'budget')", name=op.f("ck_accounts_book")),
        sa.CheckConstraint("normal_side IN ('debit', 'credit')", name=op.f("ck_accounts_normal_side")),
        sa.CheckConstraint(
            "quota IN ('', 'approved', 'available', 'committed', 'accrued', 'spent')",
            name=op.f("ck_accounts_quota"),
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_accounts")),
        sa.UniqueConstraint("number", "book", name=op.f("uq_accounts_number_book")),
    )
    op.create_table(
        "grade_coefficients",
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("hundredths", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.CheckConstraint("hundredths >= 0", name=op.f("ck_grade_coefficients_hundredths")),
        sa.PrimaryKeyConstraint("grade", name=op.f("pk_grade_coefficients")),
    )
    op.create_table(
        "known_companies",
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("org", name=op.f("pk_known_companies")),
    )
    op.create_table(
        "known_contracts",
        sa.Column("contract_id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("contract_no", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("contract_id", "estate_id", name=op.f("pk_known_contracts")),
    )
    op.create_index("ix_known_contracts_estate", "known_contracts", ["estate_id"], unique=False)
    op.create_table(
        "known_estates",
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=True),
        sa.Column("territory", sa.Text(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("area_m2x100", sa.BigInteger(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("profile_version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("estate_id", name=op.f("pk_known_estates")),
    )
    op.create_table(
        "known_grades",
        sa.Column("event_id", sa.Uuid(), nullable=False),
        sa.Column("org", sa.Text(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("rated", sa.Boolean(), nullable=False),
        sa.Column("score_tenths", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("effective_on", sa.Date(), nullable=False),
        sa.CheckConstraint("grade <> ''", name=op.f("ck_known_grades_grade")),
        sa.PrimaryKeyConstraint("event_id", name=op.f("pk_known_grades")),
    )
    op.create_index("ix_known_grades_org", "known_grades", ["org", "effective_on", "event_id"], unique=False)
    op.create_table(
        "known_operators",
        sa.Column("assignment_id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("org", sa.Text(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=True),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("vacated_on", sa.Date(), nullable=True),
        sa.Column("assigned_event_id", sa.Uuid(), nullable=True),
        sa.PrimaryKeyConstraint("assignment_id", name=op.f("pk_known_operators")),
    )
    op.create_index("ix_known_operators_estate", "known_operators", ["estate_id"], unique=False)
    op.create_table(
        "ledger_months",
        sa.Column("ledger", sa.Text(collation="C"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("last_number", sa.Integer(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_by", sa.Text(), nullable=True),
        sa.CheckConstraint("EXTRACT(day FROM month) = 1", name=op.f("ck_ledger_months_first_day")),
        sa.CheckConstraint("last_number >= 0", name=op.f("ck_ledger_months_last_number")),
        sa.PrimaryKeyConstraint("ledger", "month", name=op.f("pk_ledger_months")),
    )
    op.create_table(
        "programmes",
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name_zh", sa.Text(), nullable=False),
        sa.Column("name_en", sa.Text(), nullable=False),
        sa.Column("formula", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("open", sa.Boolean(), nullable=False),
        sa.Column("cap", sa.BigInteger(), nullable=True),
        sa.Column("cap_unit", sa.Text(), nullable=False),
        sa.Column("budget_class", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_programmes")),
    )
    op.create_table(
        "budgets",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("document_no", sa.Text(), nullable=False),
        sa.Column("approved_fen", sa.BigInteger(), nullable=False),
        sa.Column("available_fen", sa.BigInteger(), nullable=False),
        sa.Column("committed_fen", sa.BigInteger(), nullable=False),
        sa.Column("accrued_fen", sa.BigInteger(), nullable=False),
        sa.Column("spent_fen", sa.BigInteger(), nullable=False),
        sa.Column("announced_percent", sa.SmallInteger(), nullable=False),
        sa.Column("approved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("approved_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "announced_percent IN (0, 80, 95, 100)", name=op.f("ck_budgets_announced_percent")
        ),
        sa.CheckConstraint(
            "approved_fen = available_fen + committed_fen + accrued_fen + spent_fen",
            name=op.f("ck_budgets_sum"),
        ),
        sa.CheckConstraint("available_fen >= 0", name=op.f("ck_budgets_available")),
        sa.CheckConstraint(
            "committed_fen >= 0 AND accrued_fen >= 0 AND spent_fen >= 0", name=op.f("ck_budgets_used")
        ),
        sa.ForeignKeyConstraint(["programme"], ["programmes.code"], name=op.f("fk_budgets_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_budgets")),
        sa.UniqueConstraint(
            "programme", "year", "territory", name=op.f("uq_budgets_programme_year_territory")
        ),
    )
    op.create_index("ix_budgets_territory", "budgets", ["territory", "id"], unique=False)
    op.create_index("ix_budgets_year", "budgets", ["year", "id"], unique=False)
    op.create_index("ix_budgets_programme", "budgets", ["programme", "id"], unique=False)
    op.create_table(
        "month_totals",
        sa.Column("ledger", sa.Text(collation="C"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("account", sa.Text(collation="C"), nullable=False),
        sa.Column("debit_fen", sa.BigInteger(), nullable=False),
        sa.Column("credit_fen", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(["account"], ["accounts.number"], name=op.f("fk_month_totals_account")),
        sa.ForeignKeyConstraint(
            ["ledger", "month"],
            ["ledger_months.ledger", "ledger_months.month"],
            name=op.f("fk_month_totals_ledger_month"),
        ),
        sa.PrimaryKeyConstraint("ledger", "month", "account", name=op.f("pk_month_totals")),
    )
    op.create_table(
        "programme_rates",
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("rate", sa.BigInteger(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("tag", sa.Text(), nullable=False),
        sa.CheckConstraint("rate > 0", name=op.f("ck_programme_rates_rate")),
        sa.ForeignKeyConstraint(
            ["programme"], ["programmes.code"], name=op.f("fk_programme_rates_programme")
        ),
        sa.PrimaryKeyConstraint("programme", "step", name=op.f("pk_programme_rates")),
    )
    op.create_table(
        "claims",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_no", sa.Text(), nullable=False),
        sa.Column("programme", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("payee", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("common_income_fen", sa.BigInteger(), nullable=False),
        sa.Column("account_holder", sa.Text(), nullable=False),
        sa.Column("bank_account", sa.Text(), nullable=False),
        sa.Column("bank_account_shown", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("estimated_fen", sa.BigInteger(), nullable=True),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("coefficient_hundredths", sa.Integer(), nullable=True),
        sa.Column("budget_id", sa.Uuid(), nullable=True),
        sa.Column("control_no", sa.Text(), nullable=True),
        sa.Column("approval_no", sa.Text(), nullable=True),
        sa.Column("meeting_no", sa.Text(), nullable=True),
        sa.Column("publicity_over_on", sa.Date(), nullable=True),
        sa.Column("publicity_ended_on", sa.Date(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=True),
        sa.Column("due_provisional", sa.Boolean(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "status IN ('draft', 'submitted', 'checked', 'first_review', 'second_review', "
            "'money_review', 'publicity', 'approved', 'accrued', 'paid', 'returned', 'refused', "
            "'withdrawn')",
            name=op.f("ck_claims_status"),
        ),
        sa.CheckConstraint(
            "status NOT IN ('approved', 'accrued', 'paid') OR (amount_fen IS NOT NULL AND budget_id IS "
            "NOT NULL)",
            name=op.f("ck_claims_approved_whole"),
        ),
        sa.CheckConstraint(
            "EXTRACT(day FROM starts_on) = 1 AND EXTRACT(day FROM ends_on) = 1 AND ends_on > starts_on",
            name=op.f("ck_claims_whole_months"),
        ),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_claims_amount")),
        sa.CheckConstraint("common_income_fen >= 0", name=op.f("ck_claims_common_income")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_claims_budget_id")),
        sa.ForeignKeyConstraint(["programme"], ["programmes.code"], name=op.f("fk_claims_programme")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claims")),
        sa.UniqueConstraint("claim_no", name=op.f("uq_claims_claim_no")),
    )
    op.create_index("ix_claims_estate", "claims", ["estate_id", "id"], unique=False)
    op.create_index("ix_claims_payee", "claims", ["payee", "id"], unique=False)
    op.create_index("ix_claims_status", "claims", ["status", "id"], unique=False)
    op.create_index("ix_claims_territory", "claims", ["territory", "id"], unique=False)
    op.create_index("ix_claims_programme", "claims", ["programme", "id"], unique=False)
    op.create_table(
        "claim_assessments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("assessed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("estate_name", sa.Text(), nullable=False),
        sa.Column("area_m2x100", sa.BigInteger(), nullable=False),
        sa.Column("households", sa.Integer(), nullable=False),
        sa.Column("profile_version", sa.Integer(), nullable=False),
        sa.Column("grade", sa.Text(), nullable=False),
        sa.Column("rated", sa.Boolean(), nullable=False),
        sa.Column("score_tenths", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("grade_effective_on", sa.Date(), nullable=False),
        sa.Column("grade_event_id", sa.Uuid(), nullable=False),
        sa.Column("coefficient_hundredths", sa.Integer(), nullable=False),
        sa.Column("coefficient_source", sa.Text(), nullable=False),
        sa.Column("service_start", sa.Date(), nullable=False),
        sa.Column("contract_no", sa.Text(), nullable=True),
        sa.Column("parts", postgresql.JSONB(astext_type=sa.Text()), nullable=False),
        sa.Column("gross_fen", sa.BigInteger(), nullable=False),
        sa.Column("common_income_fen", sa.BigInteger(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_claim_assessments_amount")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_assessments_claim_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_claim_assessments")),
    )
    op.create_index("ix_claim_assessments_claim", "claim_assessments", ["claim_id", "id"], unique=False)
    op.create_table(
        "claim_steps",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.SmallInteger(), nullable=False),
        sa.Column("duty", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text(), nullable=True),
        sa.Column("on_behalf_of", sa.Text(), nullable=True),
        sa.Column("opinion", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("claim_id"), "="),
            (sa.column("person"), "="),
            (sa.column("duty"), "<>"),
            using="gist",
            name="no_person_acts_twice",
        ),
        sa.CheckConstraint(
            "duty IN ('apply', 'check', 'first_review', 'second_review', 'money_review', 'publicity', "
            "'approval', 'accrual', 'payment', 'reversal')",
            name=op.f("ck_claim_steps_duty"),
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_claim_steps_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", "number", name=op.f("pk_claim_steps")),
    )
    op.create_table(
        "funded_periods",
        sa.Column("claim_id", sa.Uuid(), nullable=False),
        sa.Column("estate_id", sa.Uuid(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        postgresql.ExcludeConstraint(
            (sa.column("estate_id"), "="),
            (sa.column("purpose"), "="),
            (sa.text("daterange(starts_on, ends_on)"), "&&"),
            using="gist",
            name="one_purpose_one_funding",
        ),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_funded_periods_claim_id")),
        sa.PrimaryKeyConstraint("claim_id", name=op.f("pk_funded_periods")),
    )
    op.create_table(
        "vouchers",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("ledger", sa.Text(collation="C"), nullable=False),
        sa.Column("month", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("posted_on", sa.Date(), nullable=False),
        sa.Column("posted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("lines", sa.SmallInteger(), nullable=False),
        sa.Column("red", sa.Boolean(), nullable=False),
        sa.Column("reverses", sa.Uuid(), nullable=True),
        sa.Column("budget_id", sa.Uuid(), nullable=False),
        sa.Column("claim_id", sa.Uuid(), nullable=True),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind IN ('budget_approval', 'budget_supplement', 'commitment', 'accrual', 'payment')",
            name=op.f("ck_vouchers_kind"),
        ),
        sa.CheckConstraint(
            "posted_on >= month AND posted_on < month + interval '1 month'",
            name=op.f("ck_vouchers_posted_on"),
        ),
        sa.CheckConstraint("lines >= 2", name=op.f("ck_vouchers_lines")),
        sa.CheckConstraint("number >= 1", name=op.f("ck_vouchers_number")),
        sa.CheckConstraint("red = (reverses IS NOT NULL)", name=op.f("ck_vouchers_red")),
        sa.ForeignKeyConstraint(["budget_id"], ["budgets.id"], name=op.f("fk_vouchers_budget_id")),
        sa.ForeignKeyConstraint(["claim_id"], ["claims.id"], name=op.f("fk_vouchers_claim_id")),
        sa.ForeignKeyConstraint(
            ["ledger", "month"],
            ["ledger_months.ledger", "ledger_months.month"],
            name=op.f("fk_vouchers_ledger_month"),
        ),
        sa.ForeignKeyConstraint(["reverses"], ["vouchers.id"], name=op.f("fk_vouchers_reverses")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vouchers")),
        sa.UniqueConstraint("ledger", "month", "number", name=op.f("uq_vouchers_ledger_month_number")),
        sa.UniqueConstraint("reverses", name=op.f("uq_vouchers_reverses")),
    )
    op.create_index("ix_vouchers_budget", "vouchers", ["budget_id", "id"], unique=False)
    op.create_index("ix_vouchers_claim", "vouchers", ["claim_id", "id"], unique=False)
    op.create_index("ix_vouchers_month", "vouchers", ["month", "id"], unique=False)
    op.create_index("ix_vouchers_territory", "vouchers", ["territory", "id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("voucher_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.SmallInteger(), nullable=False),
        sa.Column("book", sa.Text(), nullable=False),
        sa.Column("account", sa.Text(collation="C"), nullable=False),
        sa.Column("side", sa.Text(), nullable=False),
        sa.Column("amount_fen", sa.BigInteger(), nullable=False),
        sa.CheckConstraint("side IN ('debit', 'credit')", name=op.f("ck_entries_side")),
        sa.CheckConstraint("amount_fen > 0", name=op.f("ck_entries_amount")),
        sa.ForeignKeyConstraint(
            ["account", "book"], ["accounts.number", "accounts.book"], name=op.f("fk_entries_account_book")
        ),
        sa.ForeignKeyConstraint(["voucher_id"], ["vouchers.id"], name=op.f("fk_entries_voucher_id")),
        sa.PrimaryKeyConstraint("voucher_id", "line", name=op.f("pk_entries")),
    )


def _drop_tables() -> None:
    op.drop_table("entries")
    op.drop_index("ix_vouchers_territory", table_name="vouchers")
    op.drop_index("ix_vouchers_month", table_name="vouchers")
    op.drop_index("ix_vouchers_claim", table_name="vouchers")
    op.drop_index("ix_vouchers_budget", table_name="vouchers")
    op.drop_table("vouchers")
    op.drop_table("funded_periods")
    op.drop_table("claim_steps")
    op.drop_index("ix_claim_assessments_claim", table_name="claim_assessments")
    op.drop_table("claim_assessments")
    op.drop_index("ix_claims_programme", table_name="claims")
    op.drop_index("ix_claims_territory", table_name="claims")
    op.drop_index("ix_claims_status", table_name="claims")
    op.drop_index("ix_claims_payee", table_name="claims")
    op.drop_index("ix_claims_estate", table_name="claims")
    op.drop_table("claims")
    op.drop_table("programme_rates")
    op.drop_table("month_totals")
    op.drop_index("ix_budgets_programme", table_name="budgets")
    op.drop_index("ix_budgets_year", table_name="budgets")
    op.drop_index("ix_budgets_territory", table_name="budgets")
    op.drop_table("budgets")
    op.drop_table("programmes")
    op.drop_table("ledger_months")
    op.drop_index("ix_known_operators_estate", table_name="known_operators")
    op.drop_table("known_operators")
    op.drop_index("ix_known_grades_org", table_name="known_grades")
    op.drop_table("known_grades")
    op.drop_table("known_estates")
    op.drop_index("ix_known_contracts_estate", table_name="known_contracts")
    op.drop_table("known_contracts")
    op.drop_table("known_companies")
    op.drop_table("grade_coefficients")
    op.drop_table("accounts")
