"""What the message processes say of themselves, for the operator's page."""

from shared.storage.platform import add_reports, drop_reports

revision = "20261128_reports"
down_revision = "20261128_places"


def upgrade() -> None:
    add_reports()


def downgrade() -> None:
    drop_reports()
