"""Journal and clear views say where a request came from, and in whose stead a person looked."""

from shared.storage.platform import add_origins, drop_origins

revision = "20261128_origins"
down_revision = "20261123_imports"


def upgrade() -> None:
    add_origins()


def downgrade() -> None:
    drop_origins()
