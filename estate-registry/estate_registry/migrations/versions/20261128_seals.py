"""Seals of the hash chain over the journal."""

from shared.storage.platform import add_seals, drop_seals

revision = "20261128_seals"
down_revision = "20261128_origins"


def upgrade() -> None:
    add_seals()


def downgrade() -> None:
    drop_seals()
