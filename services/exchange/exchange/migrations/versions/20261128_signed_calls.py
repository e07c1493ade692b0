"""Departments sign their calls: secrets under seal, the nonces that were used.

Of the keys before only a hash is on record, with which no signature can be verified: they are withdrawn. The
way back gives up the secrets of signing keys in the same manner.
"""

from alembic import op

revision = "20261128_signed_calls"
down_revision = "20261128_operating"

UP = (
    """
    UPDATE department_keys SET withdrawn_at = now(), withdrawn_by = 'system:signed-calls'
    WHERE withdrawn_at IS NULL
    """,
    """
    ALTER TABLE department_keys
        ADD COLUMN id uuid NOT NULL DEFAULT gen_random_uuid(),
        ADD COLUMN algorithm text NOT NULL DEFAULT 'hmac-sha256',
        ADD COLUMN secret text,
        ADD COLUMN valid_from timestamptz,
        DROP COLUMN secret_hash
    """,
    "ALTER TABLE department_keys RENAME COLUMN expires_at TO valid_until",
    "UPDATE department_keys SET valid_from = made_at",
    """
    ALTER TABLE department_keys
        ALTER COLUMN id DROP DEFAULT,
        ALTER COLUMN algorithm DROP DEFAULT,
        ALTER COLUMN valid_from SET NOT NULL,
        ADD CONSTRAINT ck_department_keys_algorithm CHECK (algorithm IN ('hmac-sha256', 'hmac-sm3')),
        ADD CONSTRAINT ck_department_keys_sealed CHECK ((secret IS NULL) = (withdrawn_at IS NOT NULL)),
        ADD CONSTRAINT ck_department_keys_valid CHECK (valid_from < valid_until)
    """,
    "CREATE UNIQUE INDEX uq_department_keys_id ON department_keys (id)",
    """
    CREATE TABLE department_nonces (
        key_id text COLLATE "C" CONSTRAINT fk_department_nonces_key_id REFERENCES department_keys,
        nonce text COLLATE "C",
        seen_at timestamptz NOT NULL,
        CONSTRAINT pk_department_nonces PRIMARY KEY (key_id, nonce)
    )
    """,
    "CREATE INDEX ix_department_nonces_seen_at ON department_nonces (seen_at)",
)
DOWN = (
    "DROP TABLE department_nonces",
    "DROP INDEX uq_department_keys_id",
    """
    ALTER TABLE department_keys
        DROP CONSTRAINT ck_department_keys_algorithm,
        DROP CONSTRAINT ck_department_keys_sealed,
        DROP CONSTRAINT ck_department_keys_valid,
        DROP COLUMN id,
        DROP COLUMN algorithm,
        DROP COLUMN secret,
        DROP COLUMN valid_from,
        ADD COLUMN secret_hash bytea
    """,
    "ALTER TABLE department_keys RENAME COLUMN valid_until TO expires_at",
    """
    UPDATE department_keys SET
        secret_hash = sha256(gen_random_uuid()::text::bytea),
        withdrawn_by = coalesce(withdrawn_by, 'system:signed-calls'),
        withdrawn_at = coalesce(withdrawn_at, now())
    """,
    """
    ALTER TABLE department_keys
        ALTER COLUMN secret_hash SET NOT NULL,
        ADD CONSTRAINT ck_department_keys_hashed CHECK (octet_length(secret_hash) = 32)
    """,
)


def upgrade() -> None:
    for statement in UP:
        op.execute(statement)


def downgrade() -> None:
    for statement in DOWN:
        op.execute(statement)
