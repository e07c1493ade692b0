"""Indexes of claims that begin with the district; the one on the state alone goes."""

from alembic import op

revision = "20261128_places"
down_revision = "20261128_operating"

LED = {
    "ix_claims_district": "(left(territory, 6), id, territory)",
    "ix_claims_district_claim_no": "(left(territory, 6), claim_no, territory)",
    "ix_claims_district_status": "(left(territory, 6), status, id, territory)",
}
BEFORE = {"ix_claims_status": "(status, id)"}


def upgrade() -> None:
    _exchange(BEFORE, LED)


def downgrade() -> None:
    _exchange(LED, BEFORE)


def _exchange(old: dict[str, str], new: dict[str, str]) -> None:
    for name in old:
        op.execute(f"DROP INDEX {name}")
    for name, columns in new.items():
        op.execute(f"CREATE INDEX {name} ON claims {columns}")
