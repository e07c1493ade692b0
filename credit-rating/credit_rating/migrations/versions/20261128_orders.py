"""Companies are listed by score and code in one direction, upwards or downwards."""

import sqlalchemy as sa
from alembic import op

revision = "20261128_orders"
down_revision = "20261128_operating"


def upgrade() -> None:
    op.drop_index("ix_companies_score")
    op.drop_index("ix_companies_grade")
    op.create_index("ix_companies_score", "companies", ["score_tenths", "org"])
    op.create_index("ix_companies_grade", "companies", ["grade", "score_tenths", "org"])


def downgrade() -> None:
    op.drop_index("ix_companies_score")
    op.drop_index("ix_companies_grade")
    op.create_index("ix_companies_score", "companies", [sa.text("score_tenths DESC"), "org"])
    op.create_index("ix_companies_grade", "companies", ["grade", sa.text("score_tenths DESC"), "org"])
