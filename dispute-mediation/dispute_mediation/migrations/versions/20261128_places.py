"""Indexes of cases that begin with the town or the district, in place of those on whole codes."""

from alembic import op

revision = "20261128_places"
down_revision = "20261128_orders"

OPEN = "state IN ('received', 'accepted', 'assigned', 'handling', 'joint_meeting')"
LED = {
    "ix_cases_town": "(left(territory, 9), id, state, territory, leaf)",
    "ix_cases_district": "(left(territory, 6), id, territory)",
    "ix_cases_district_received_at": "(left(territory, 6), received_at, id, territory)",
    "ix_cases_district_state": "(left(territory, 6), state, id, territory)",
    "ix_cases_district_leaf": "(left(territory, 6), leaf, id, territory)",
    "ix_cases_district_host_unit": "(left(territory, 6), host_unit, id, territory)"
    " WHERE host_unit IS NOT NULL",
    "ix_cases_district_due_at": f"(left(territory, 6), due_at, territory) WHERE {OPEN}",
    "ix_cases_master_id": "(master_id) WHERE master_id IS NOT NULL",
}
BEFORE = {
    "ix_cases_territory": "(territory, id)",
    "ix_cases_received_at": "(received_at, id)",
    "ix_cases_state": "(state, id)",
    "ix_cases_leaf": "(leaf, id)",
    "ix_cases_host_unit": "(host_unit, id)",
    "ix_cases_due_at": f"(due_at) WHERE {OPEN}",
    "ix_cases_master_id": "(master_id)",
}


def upgrade() -> None:
    _exchange(BEFORE, LED)


def downgrade() -> None:
    _exchange(LED, BEFORE)


def _exchange(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        op.execute(f"DROP INDEX {name}")
    for name, columns in new.items():
        op.execute(f"CREATE INDEX {name} ON cases {columns}")
    # What stands in an index as an expression has statistics of its own.
    op.execute("ANALYZE cases")
