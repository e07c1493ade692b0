"""An index behind the list of a district's estates by code."""

from alembic import op

revision = "20261128_places"
down_revision = "20261128_cover"


def upgrade() -> None:
    op.execute("CREATE INDEX ix_estates_district_code ON estates (left(territory, 6), code, territory)")


def downgrade() -> None:
    op.drop_index("ix_estates_district_code")
