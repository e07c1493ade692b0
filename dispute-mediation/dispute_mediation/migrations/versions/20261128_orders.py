"""Indexes behind the orders that lists are asked for in."""

from alembic import op

revision = "20261128_orders"
down_revision = "20261128_operating"


def upgrade() -> None:
    op.create_index("ix_cases_received_at", "cases", ["received_at", "id"])
    op.create_index("ix_meetings_starts_at", "meetings", ["starts_at", "id"])
    op.create_index("ix_items_due_order", "items", ["due_at", "id"])


def downgrade() -> None:
    op.drop_index("ix_items_due_order")
    op.drop_index("ix_meetings_starts_at")
    op.drop_index("ix_cases_received_at")
