"""The register's first tables, and what the database itself refuses: two operators on a day, or none."""

from alembic import op

from shared.storage.platform import create_platform_tables, drop_platform_tables

revision = "20261123_first"
down_revision = None

MODES = "('standard_property', 'quasi_service', 'owner_self_rule', 'community_management')"
KINDS = "('company', 'self_rule', 'custody', 'interim')"

TERRITORIES = """
CREATE TABLE territories (
    code text COLLATE "C" CONSTRAINT pk_territories PRIMARY KEY,
    name text NOT NULL,
    parent text COLLATE "C",
    level text NOT NULL,
    kind text NOT NULL,
    name_key text NOT NULL,
    name_grams text[] NOT NULL,
    valid_from date NOT NULL,
    valid_to date,
    source text NOT NULL
)
"""
SERIALS = """
CREATE TABLE estate_serials (
    town text COLLATE "C" CONSTRAINT pk_estate_serials PRIMARY KEY,
    last integer NOT NULL
)
"""
ESTATES = f"""
CREATE TABLE estates (
    id uuid CONSTRAINT pk_estates PRIMARY KEY,
    code text COLLATE "C" NOT NULL CONSTRAINT uq_estates_code UNIQUE,
    territory text COLLATE "C" NOT NULL,
    town text COLLATE "C" NOT NULL,
    name text NOT NULL,
    name_key text NOT NULL,
    name_grams text[] NOT NULL,
    address text NOT NULL,
    address_key text NOT NULL,
    year_built integer,
    area_m2x100 bigint NOT NULL,
    buildings integer NOT NULL,
    households integer NOT NULL,
    three_no boolean NOT NULL,
    stated_fee_low_fen integer,
    stated_fee_high_fen integer,
    stated_operator text,
    mode text NOT NULL CONSTRAINT ck_estates_mode CHECK (mode IN {MODES}),
    operator_kind text NOT NULL CONSTRAINT ck_estates_operator_kind CHECK (operator_kind IN {KINDS}),
    operator_org text,
    operator_custodian text,
    registered_on date NOT NULL,
    covered_from date NOT NULL,
    version integer NOT NULL,
    CONSTRAINT ck_estates_counts CHECK (area_m2x100 >= 0 AND buildings >= 0 AND households >= 0),
    CONSTRAINT ck_estates_covered_from CHECK (covered_from <= registered_on),
    CONSTRAINT ck_estates_town CHECK (left(territory, 9) = town AND left(code, 9) = town),
    CONSTRAINT uq_estates_town_name_key_address_key UNIQUE (town, name_key, address_key)
)
"""
SOURCES = """
CREATE TABLE estate_sources (
    source text,
    key text,
    estate_id uuid NOT NULL CONSTRAINT fk_estate_sources_estate_id REFERENCES estates,
    content_hash bytea NOT NULL,
    CONSTRAINT pk_estate_sources PRIMARY KEY (source, key)
)
"""
BUILDINGS = """
CREATE TABLE buildings (
    estate_id uuid NOT NULL CONSTRAINT fk_buildings_estate_id REFERENCES estates,
    no text,
    floors integer NOT NULL,
    entrances integer NOT NULL,
    households integer NOT NULL,
    area_m2x100 bigint NOT NULL,
    CONSTRAINT pk_buildings PRIMARY KEY (estate_id, no),
    CONSTRAINT ck_buildings_counts
        CHECK (floors >= 0 AND entrances >= 0 AND households >= 0 AND area_m2x100 >= 0)
)
"""
MODE_TIMELINE = f"""
CREATE TABLE estate_modes (
    id uuid CONSTRAINT pk_estate_modes PRIMARY KEY,
    estate_id uuid NOT NULL CONSTRAINT fk_estate_modes_estate_id REFERENCES estates,
    mode text NOT NULL CONSTRAINT ck_estate_modes_mode CHECK (mode IN {MODES}),
    starts_on date NOT NULL,
    ends_on date CONSTRAINT ck_estate_modes_period CHECK (ends_on > starts_on),
    reason text NOT NULL,
    CONSTRAINT ex_estate_modes_overlap
        EXCLUDE USING gist (estate_id WITH =, daterange(starts_on, ends_on) WITH &&)
)
"""
CONTRACTS = """
CREATE TABLE contracts (
    id uuid CONSTRAINT pk_contracts PRIMARY KEY,
    contract_no text NOT NULL CONSTRAINT uq_contracts_contract_no UNIQUE,
    territory text COLLATE "C" NOT NULL,
    org text NOT NULL,
    fee_fen_per_m2_month integer NOT NULL,
    starts_on date NOT NULL,
    agreed_end date NOT NULL,
    ends_on date NOT NULL,
    signed_on date NOT NULL,
    status text NOT NULL CONSTRAINT ck_contracts_status CHECK (status IN ('signed', 'filed', 'ended')),
    filing_due date NOT NULL,
    filed_on date,
    filing_no text,
    filing_overdue boolean NOT NULL,
    filing_days integer NOT NULL,
    dismissal_notice_days integer NOT NULL,
    renewal_notice_days integer NOT NULL,
    renewal_notice_by date NOT NULL,
    notice_served_on date,
    end_reason text,
    version integer NOT NULL,
    CONSTRAINT ck_contracts_terms
        CHECK (ends_on > starts_on AND ends_on <= agreed_end AND fee_fen_per_m2_month >= 0)
)
"""
# One area, one company (K-14): contracts of the same company may follow or amend each other.
AREAS = """
CREATE TABLE contract_estates (
    contract_id uuid CONSTRAINT fk_contract_estates_contract_id REFERENCES contracts,
    estate_id uuid CONSTRAINT fk_contract_estates_estate_id REFERENCES estates,
    org text NOT NULL,
    starts_on date NOT NULL,
    ends_on date NOT NULL,
    CONSTRAINT pk_contract_estates PRIMARY KEY (contract_id, estate_id),
    CONSTRAINT ex_contract_estates_one_company
        EXCLUDE USING gist (estate_id WITH =, org WITH <>, daterange(starts_on, ends_on) WITH &&)
)
"""
OPERATORS = f"""
CREATE TABLE operator_assignments (
    id uuid CONSTRAINT pk_operator_assignments PRIMARY KEY,
    estate_id uuid NOT NULL CONSTRAINT fk_operator_assignments_estate_id REFERENCES estates,
    kind text NOT NULL CONSTRAINT ck_operator_assignments_kind CHECK (kind IN {KINDS}),
    org text,
    custodian text,
    contract_id uuid CONSTRAINT fk_operator_assignments_contract_id REFERENCES contracts,
    starts_on date NOT NULL,
    ends_on date CONSTRAINT ck_operator_assignments_period CHECK (ends_on > starts_on),
    reason text NOT NULL,
    CONSTRAINT ck_operator_assignments_who
        CHECK ((kind <> 'company' OR org IS NOT NULL) AND (org IS NULL) <> (custodian IS NULL)),
    CONSTRAINT ex_operator_assignments_overlap
        EXCLUDE USING gist (estate_id WITH =, daterange(starts_on, ends_on) WITH &&)
)
"""
COMPANIES = """
CREATE TABLE known_companies (
    org text CONSTRAINT pk_known_companies PRIMARY KEY,
    name text,
    grade text,
    graded_on date
)
"""
TABLES = (
    *(TERRITORIES, SERIALS, ESTATES, SOURCES, BUILDINGS, MODE_TIMELINE, CONTRACTS, AREAS, OPERATORS),
    COMPANIES,
)
INDEXES = (
    "ix_territories_parent ON territories (parent, code)",
    "ix_territories_level ON territories (level, code)",
    "ix_territories_name_grams ON territories USING gin (name_grams)",
    "ix_estates_territory ON estates (territory, code)",
    "ix_estates_mode ON estates (mode, territory, code)",
    "ix_estates_operator_kind ON estates (operator_kind, territory, code)",
    "ix_estates_operator_org ON estates (operator_org, territory, code)",
    "ix_estates_three_no ON estates (three_no, territory, code)",
    "ix_estates_name_grams ON estates USING gin (name_grams)",
    "ix_estate_sources_estate ON estate_sources (estate_id)",
    "ix_estate_modes_estate ON estate_modes (estate_id, starts_on)",
    "ix_operator_assignments_estate ON operator_assignments (estate_id, starts_on)",
    "ix_contracts_territory ON contracts (territory, id)",
    "ix_contracts_filing_overdue ON contracts (filing_overdue, territory, id)",
    "ix_contracts_org ON contracts (org, territory, id)",
    "ix_contract_estates_estate ON contract_estates (estate_id, starts_on)",
)
# Asked at the commit, when the whole change is there: is every day from the first one on taken? The
# exclusion constraints have seen to it that none is taken twice. One function for each timeline, so that its
# query is planned once.
TIMELINES = ("estate_modes", "operator_assignments")
COVER = """
CREATE FUNCTION require_cover_of_{timeline}() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    estate uuid;
    since date;
    covered datemultirange;
BEGIN
    IF TG_TABLE_NAME = 'estates' THEN
        estate := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        estate := OLD.estate_id;
    ELSE
        estate := NEW.estate_id;
    END IF;
    SELECT covered_from INTO since FROM estates WHERE id = estate;
    SELECT range_agg(daterange(starts_on, ends_on)) INTO covered FROM {timeline} WHERE estate_id = estate;
    IF since IS NOT NULL AND covered IS DISTINCT FROM datemultirange(daterange(since, NULL)) THEN
        RAISE EXCEPTION 'estate % has a day without one row in {timeline} (from % on: %)',
            estate, since, covered USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN NULL;
END $$
"""
COVER_TRIGGER = """
CREATE CONSTRAINT TRIGGER covered_by_{timeline} AFTER {occasions} ON {table} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION require_cover_of_{timeline}()
"""


def upgrade() -> None:
    create_platform_tables("estate_registry")
    for table in TABLES:
        op.execute(table)
    for index in INDEXES:
        op.execute(f"CREATE INDEX {index}")
    for timeline in TIMELINES:
        op.execute(COVER.format(timeline=timeline))
        for table, occasions in (
            ("estates", "INSERT OR UPDATE OF covered_from"),
            (timeline, "INSERT OR UPDATE OR DELETE"),
        ):
            op.execute(COVER_TRIGGER.format(timeline=timeline, table=table, occasions=occasions))


def downgrade() -> None:
    op.drop_table("known_companies")
    for table in ("operator_assignments", "contract_estates", "contracts", "estate_modes", "buildings"):
        op.drop_table(table)
    for table in ("estate_sources", "estates", "estate_serials", "territories"):
        op.drop_table(table)
    for timeline in TIMELINES:
        op.execute(f"DROP FUNCTION require_cover_of_{timeline}()")
    drop_platform_tables()
