"""What operators see and do: the passage of events, parked ones and who decided, failed tasks."""

from shared.storage.platform import add_operating, drop_operating

revision = "20261128_operating"
down_revision = "20261128_seals"


def upgrade() -> None:
    add_operating()


def downgrade() -> None:
    drop_operating()
