"""An index behind the list of orders of a leaf."""

from alembic import op

revision = "20261128_orders"
down_revision = "20261128_signed_calls"


def upgrade() -> None:
    op.create_index("ix_orders_leaf", "orders", ["leaf", "id"])


def downgrade() -> None:
    op.drop_index("ix_orders_leaf")
