"""Indexes of orders and of the log that begin with the district, in place of those on state and leaf."""

from alembic import op

revision = "20261128_places"
down_revision = "20261128_orders"

LED = {
    "ix_orders_district": "orders (left(territory, 6), id, territory)",
    "ix_orders_district_order_no": "orders (left(territory, 6), order_no, territory)",
    "ix_orders_district_status": "orders (left(territory, 6), status, id, territory)",
    "ix_orders_district_leaf": "orders (left(territory, 6), leaf, id, territory)",
    "ix_exchange_log_district": "exchange_log (left(territory, 6), id, territory)",
}
BEFORE = {"ix_orders_status": "orders (status, id)", "ix_orders_leaf": "orders (leaf, id)"}


def upgrade() -> None:
    _exchange(BEFORE, LED)


def downgrade() -> None:
    _exchange(LED, BEFORE)


def _exchange(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        op.execute(f"DROP INDEX {name}")
    for name, columns in new.items():
        op.execute(f"CREATE INDEX {name} ON {columns}")
