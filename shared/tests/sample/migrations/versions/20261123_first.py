"""Things, and what the platform needs."""

import sqlalchemy as sa
from alembic import op

from shared.storage.platform import create_platform_tables, drop_platform_tables

revision = "20261123_first"
down_revision = None


def upgrade() -> None:
    create_platform_tables("sample")
    op.create_table(
        "things",
        sa.Column("id", sa.Uuid, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("territory", sa.Text(collation="C"), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("things")
    drop_platform_tables()
