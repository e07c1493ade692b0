"""Index behind the order of contracts by their end."""

from alembic import op

revision = "20261128_orders"
down_revision = "20261128_operating"


def upgrade() -> None:
    op.create_index("ix_contracts_ends_on", "contracts", ["ends_on", "id"])


def downgrade() -> None:
    op.drop_index("ix_contracts_ends_on")
