"""The first tables of exchange, and what the database itself refuses.

A caller's words rewritten, an entry of the feed or of the log changed, a second grant in force, a key that is
not hashed.
"""

from alembic import op

from shared.storage.platform import append_only, create_platform_tables, drop_platform_tables

revision = "20261123_first"
down_revision = None

DEPARTMENTS = """
CREATE TABLE departments (
    id uuid CONSTRAINT pk_departments PRIMARY KEY,
    code text COLLATE "C" NOT NULL CONSTRAINT ck_departments_code CHECK (code ~ '^[0-9A-HJ-NPQRTUWXY]{18}$'),
    name text NOT NULL,
    territory text COLLATE "C" NOT NULL,
    contact text NOT NULL,
    version integer NOT NULL
)
"""
KEYS = """
CREATE TABLE department_keys (
    key_id text COLLATE "C" CONSTRAINT pk_department_keys PRIMARY KEY,
    department_id uuid NOT NULL CONSTRAINT fk_department_keys_department_id REFERENCES departments,
    secret_hash bytea NOT NULL CONSTRAINT ck_department_keys_hashed CHECK (octet_length(secret_hash) = 32),
    made_at timestamptz NOT NULL,
    made_by text NOT NULL,
    expires_at timestamptz NOT NULL,
    withdrawn_at timestamptz,
    withdrawn_by text,
    CONSTRAINT ck_department_keys_withdrawn CHECK ((withdrawn_at IS NULL) = (withdrawn_by IS NULL))
)
"""
GRANTS = """
CREATE TABLE grants (
    id uuid CONSTRAINT pk_grants PRIMARY KEY,
    department_id uuid NOT NULL CONSTRAINT fk_grants_department_id REFERENCES departments,
    purpose text NOT NULL,
    legal_basis text NOT NULL,
    pii_level smallint NOT NULL CONSTRAINT ck_grants_pii_level CHECK (pii_level IN (0, 1)),
    sends text[] NOT NULL,
    granted_at timestamptz NOT NULL,
    granted_by text NOT NULL,
    ended_at timestamptz,
    ended_by text,
    CONSTRAINT ck_grants_ended CHECK ((ended_at IS NULL) = (ended_by IS NULL))
)
"""
GRANT_ITEMS = """
CREATE TABLE grant_items (
    grant_id uuid CONSTRAINT fk_grant_items_grant_id REFERENCES grants,
    event_type text COLLATE "C",
    territory text COLLATE "C",
    CONSTRAINT pk_grant_items PRIMARY KEY (grant_id, event_type, territory)
)
"""
CATEGORY_MAP = """
CREATE TABLE category_map (
    pattern text COLLATE "C" CONSTRAINT pk_category_map PRIMARY KEY,
    leaf text COLLATE "C" NOT NULL CONSTRAINT ck_category_map_leaf CHECK (leaf ~ '^[A-Z]{3}-[0-9]{2}$'),
    source text NOT NULL
)
"""
ORDERS = """
CREATE TABLE orders (
    id uuid CONSTRAINT pk_orders PRIMARY KEY,
    order_no text COLLATE "C" NOT NULL,
    territory text COLLATE "C" NOT NULL,
    source_channel text NOT NULL,
    received_at timestamptz NOT NULL,
    secret_flag boolean NOT NULL,
    type text NOT NULL CONSTRAINT ck_orders_type
        CHECK (type IN ('consult', 'help', 'complaint', 'report', 'advice', 'praise')),
    category_code text NOT NULL,
    leaf text COLLATE "C" NOT NULL,
    title text NOT NULL,
    content text NOT NULL,
    place_text text NOT NULL,
    estate_code text COLLATE "C",
    longitude_e6 integer,
    latitude_e6 integer,
    urgency text NOT NULL CONSTRAINT ck_orders_urgency CHECK (urgency IN ('normal', 'urgent', 'extra')),
    attachments jsonb NOT NULL,
    repeat_of text COLLATE "C",
    caller_mark text COLLATE "C" CONSTRAINT ck_orders_caller_mark CHECK (caller_mark ~ '^[0-9a-f]{32}$'),
    status text NOT NULL CONSTRAINT ck_orders_status
        CHECK (status IN ('new', 'dispatched', 'signed', 'returned', 'handling', 'extended', 'replied',
            'called-back', 'redo', 'closed')),
    dispatch_at timestamptz,
    sign_due timestamptz,
    handle_due timestamptz,
    host_unit text,
    assist_units text[] NOT NULL,
    return_count integer,
    extension jsonb,
    reply_text text,
    replied_at timestamptz,
    result text CONSTRAINT ck_orders_result
        CHECK (result IN ('solved', 'partly', 'unsolved', 'explained', 'unreasonable')),
    callback jsonb,
    imported_at timestamptz NOT NULL,
    imported_by text NOT NULL,
    party text COLLATE "C",
    version integer NOT NULL,
    CONSTRAINT ck_orders_point CHECK ((longitude_e6 IS NULL) = (latitude_e6 IS NULL))
)
"""
KEEP_STATEMENT = """
CREATE FUNCTION keep_statement() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (OLD.order_no, OLD.territory, OLD.source_channel, OLD.received_at, OLD.secret_flag, OLD.type,
        OLD.category_code, OLD.title, OLD.content, OLD.place_text, OLD.estate_code, OLD.longitude_e6,
        OLD.latitude_e6, OLD.urgency, OLD.attachments, OLD.repeat_of, OLD.party)
        IS DISTINCT FROM
       (NEW.order_no, NEW.territory, NEW.source_channel, NEW.received_at, NEW.secret_flag, NEW.type,
        NEW.category_code, NEW.title, NEW.content, NEW.place_text, NEW.estate_code, NEW.longitude_e6,
        NEW.latitude_e6, NEW.urgency, NEW.attachments, NEW.repeat_of, NEW.party)
    THEN
        RAISE EXCEPTION 'what a caller said is not rewritten' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END $$
"""
KEEP_STATEMENT_OF_ORDERS = """
CREATE TRIGGER keep_statement BEFORE UPDATE ON orders FOR EACH ROW EXECUTE FUNCTION keep_statement()
"""
CALLERS = """
CREATE TABLE order_callers (
    order_id uuid CONSTRAINT pk_order_callers PRIMARY KEY
        CONSTRAINT fk_order_callers_order_id REFERENCES orders,
    name text,
    phone text,
    CONSTRAINT ck_order_callers_somebody CHECK (name IS NOT NULL OR phone IS NOT NULL)
)
"""
FEED_HEAD = """
CREATE TABLE feed_head (
    id smallint CONSTRAINT pk_feed_head PRIMARY KEY CONSTRAINT ck_feed_head_one_row CHECK (id = 1),
    last bigint NOT NULL
) WITH (fillfactor = 10)
"""
FIRST_HEAD = "INSERT INTO feed_head (id, last) VALUES (1, 0)"
FEED_ENTRIES = """
CREATE TABLE feed_entries (
    position bigint CONSTRAINT pk_feed_entries PRIMARY KEY,
    event_id uuid NOT NULL,
    type text COLLATE "C" NOT NULL,
    source text NOT NULL,
    subject text NOT NULL,
    subject_version integer NOT NULL,
    territory text COLLATE "C" NOT NULL,
    recorded_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    pii_level smallint NOT NULL CONSTRAINT ck_feed_entries_pii_level CHECK (pii_level IN (0, 1)),
    data jsonb NOT NULL
)
"""
EXCHANGE_LOG = """
CREATE TABLE exchange_log (
    id uuid CONSTRAINT pk_exchange_log PRIMARY KEY,
    at timestamptz NOT NULL,
    direction text NOT NULL CONSTRAINT ck_exchange_log_direction CHECK (direction IN ('in', 'out')),
    resource text NOT NULL CONSTRAINT ck_exchange_log_resource CHECK (resource IN ('orders', 'feed')),
    party text COLLATE "C",
    caller text NOT NULL,
    role text NOT NULL,
    receiver text NOT NULL,
    purpose text NOT NULL,
    legal_basis text NOT NULL,
    grant_id uuid CONSTRAINT fk_exchange_log_grant_id REFERENCES grants,
    items jsonb NOT NULL,
    count integer NOT NULL CONSTRAINT ck_exchange_log_count CHECK (count >= 0),
    digest text COLLATE "C" NOT NULL CONSTRAINT ck_exchange_log_sm3 CHECK (digest ~ '^[0-9a-f]{64}$'),
    territory text COLLATE "C" NOT NULL,
    traceparent text
)
"""
INDEXES = (
    "CREATE UNIQUE INDEX uq_departments_code ON departments (code)",
    "CREATE INDEX ix_department_keys_department_id ON department_keys (department_id, made_at)",
    "CREATE UNIQUE INDEX uq_grants_in_force ON grants (department_id) WHERE ended_at IS NULL",
    "CREATE UNIQUE INDEX uq_orders_order_no ON orders (order_no)",
    "CREATE INDEX ix_orders_status ON orders (status, id)",
    "CREATE INDEX ix_orders_party ON orders (party, id)",
    "CREATE UNIQUE INDEX uq_feed_entries_event_id ON feed_entries (event_id)",
    "CREATE INDEX ix_exchange_log_party ON exchange_log (party, id)",
)
TABLES = (DEPARTMENTS, KEYS, GRANTS, GRANT_ITEMS, CATEGORY_MAP, ORDERS, CALLERS)
RECORDS = (FEED_HEAD, FIRST_HEAD, FEED_ENTRIES, EXCHANGE_LOG)
NAMES = (
    "exchange_log",
    "feed_entries",
    "feed_head",
    "order_callers",
    "orders",
    "category_map",
    "grant_items",
    "grants",
    "department_keys",
    "departments",
)


def upgrade() -> None:
    create_platform_tables("exchange")
    for statement in (*TABLES, *RECORDS, *INDEXES, KEEP_STATEMENT, KEEP_STATEMENT_OF_ORDERS):
        op.execute(statement)
    for table in ("grant_items", "feed_entries", "exchange_log"):
        append_only(table)


def downgrade() -> None:
    for table in NAMES:
        op.execute(f"DROP TABLE {table}")
    op.execute("DROP FUNCTION keep_statement()")
    drop_platform_tables()
