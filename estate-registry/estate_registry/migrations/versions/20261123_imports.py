"""Lists of estates being taken in; the database refuses a finished one whose counts do not add up."""

from alembic import op

revision = "20261123_imports"
down_revision = "20261123_first"

IMPORTS = """
CREATE TABLE imports (
    id uuid CONSTRAINT pk_imports PRIMARY KEY,
    territory text COLLATE "C" NOT NULL,
    source text NOT NULL,
    file_name text NOT NULL,
    state text NOT NULL CONSTRAINT ck_imports_state
        CHECK (state IN ('waiting', 'running', 'finished', 'cancelled', 'failed')),
    format text,
    encoding text,
    layout jsonb,
    rows integer NOT NULL,
    taken integer NOT NULL,
    repaired integer NOT NULL,
    refused integer NOT NULL,
    unchanged integer NOT NULL,
    last_line integer NOT NULL,
    requested_by jsonb NOT NULL,
    requested_at timestamptz NOT NULL,
    finished_at timestamptz,
    fault_zh text,
    fault_en text,
    version integer NOT NULL,
    CONSTRAINT ck_imports_counts CHECK (taken + repaired + refused + unchanged <= rows),
    CONSTRAINT ck_imports_all_rows
        CHECK (state <> 'finished' OR taken + repaired + refused + unchanged = rows)
)
"""
FILES = """
CREATE TABLE import_files (
    import_id uuid CONSTRAINT pk_import_files PRIMARY KEY
        CONSTRAINT fk_import_files_import_id REFERENCES imports,
    content bytea NOT NULL
)
"""
ROWS = """
CREATE TABLE import_rows (
    import_id uuid CONSTRAINT fk_import_rows_import_id REFERENCES imports,
    line integer,
    cells text[] NOT NULL,
    outcome text CONSTRAINT ck_import_rows_outcome
        CHECK (outcome IN ('taken', 'repaired', 'refused', 'unchanged')),
    key text,
    place text,
    estate_code text COLLATE "C",
    CONSTRAINT pk_import_rows PRIMARY KEY (import_id, line)
)
"""
FINDINGS = """
CREATE TABLE import_findings (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_import_findings PRIMARY KEY,
    import_id uuid NOT NULL CONSTRAINT fk_import_findings_import_id REFERENCES imports,
    line integer NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    kind text NOT NULL,
    result text NOT NULL
)
"""
INDEXES = (
    "ix_imports_territory ON imports (territory, id)",
    "ix_import_rows_key ON import_rows (import_id, key)",
    "ix_import_rows_place ON import_rows (import_id, place)",
    "ix_import_findings_import ON import_findings (import_id, line, id)",
)


def upgrade() -> None:
    for table in (IMPORTS, FILES, ROWS, FINDINGS):
        op.execute(table)
    for index in INDEXES:
        op.execute(f"CREATE INDEX {index}")


def downgrade() -> None:
    for table in ("import_findings", "import_rows", "import_files", "imports"):
        op.drop_table(table)
