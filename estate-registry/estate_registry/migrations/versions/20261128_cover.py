"""Ask for the cover of a timeline once for an estate that enters the register, not once more for each row.

An open row that is inserted cannot make or leave a gap unseen. An estate's days are covered without end, so
the row overlaps what stands there, and the exclusion constraint refuses it, unless something else gave way in
the same transaction or the estate itself is new: each of these is asked about itself.
"""

from alembic import op

revision = "20261128_cover"
down_revision = "20261128_orders"

TIMELINES = ("estate_modes", "operator_assignments")
TRIGGER = """
CREATE CONSTRAINT TRIGGER {name} AFTER {occasions} ON {timeline} DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW {condition} EXECUTE FUNCTION require_cover_of_{timeline}()
"""


def upgrade() -> None:
    for timeline in TIMELINES:
        op.execute(f"DROP TRIGGER covered_by_{timeline} ON {timeline}")
        create(timeline, "covered_by", "UPDATE OR DELETE")
        create(timeline, "covered_with", "INSERT", "WHEN (NEW.ends_on IS NOT NULL)")


def downgrade() -> None:
    for timeline in TIMELINES:
        for name in ("covered_by", "covered_with"):
            op.execute(f"DROP TRIGGER {name}_{timeline} ON {timeline}")
        create(timeline, "covered_by", "INSERT OR UPDATE OR DELETE")


def create(timeline: str, name: str, occasions: str, condition: str = "") -> None:
    op.execute(
        TRIGGER.format(name=f"{name}_{timeline}", occasions=occasions, timeline=timeline, condition=condition)
    )
