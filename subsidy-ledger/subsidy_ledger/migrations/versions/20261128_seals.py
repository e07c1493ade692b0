"""Seals of the hash chains, over the journal and over the books."""

from alembic import op

from shared.storage.platform import add_seals, drop_seals

revision = "20261128_seals"
down_revision = "20261128_origins"


def upgrade() -> None:
    add_seals()
    # The order in which the books are sealed. Vouchers are numbered as they were posted.
    op.execute("ALTER TABLE vouchers ADD COLUMN seq bigint")
    op.execute("ALTER TABLE vouchers DISABLE TRIGGER append_only")
    op.execute(
        "UPDATE vouchers SET seq = posted.seq "
        "FROM (SELECT id, row_number() OVER (ORDER BY posted_at, id) AS seq FROM vouchers) AS posted "
        "WHERE posted.id = vouchers.id"
    )
    op.execute("ALTER TABLE vouchers ENABLE TRIGGER append_only")
    op.execute("ALTER TABLE vouchers ALTER COLUMN seq SET NOT NULL")
    op.execute("ALTER TABLE vouchers ALTER COLUMN seq ADD GENERATED ALWAYS AS IDENTITY")
    op.execute(
        "SELECT setval(pg_get_serial_sequence('vouchers', 'seq'), (SELECT max(seq) FROM vouchers)) "
        "WHERE EXISTS (SELECT FROM vouchers)"
    )
    op.execute("ALTER TABLE vouchers ADD CONSTRAINT uq_vouchers_seq UNIQUE (seq)")


def downgrade() -> None:
    op.execute("ALTER TABLE vouchers DROP COLUMN seq")
    drop_seals()
