"""Who may see which circular, as a part of statements."""

from typing import Final

from sqlalchemy import ARRAY, Boolean, ColumnElement, Text, and_, any_, bindparam, exists, or_

from shared.identity import Permission, actor_may
from shared.kernel import Actor
from shared.storage import in_scope, open_data, task_link
from supervision.circulars.domain import State
from supervision.tables import circular_names, circulars

__all__ = ["VISIBLE", "prepares", "sight"]

_rows = circulars.c
_named = exists().where(
    circular_names.c.circular_id == _rows.id,
    circular_names.c.code == any_(bindparam("seats", type_=ARRAY(Text))),
)
# Open data; or a draft of the own territory, for its desk; or one in fact check that names the reader's unit.
VISIBLE: Final[ColumnElement[bool]] = or_(
    open_data(_rows.published_at.is_not(None)),
    and_(bindparam("desk", type_=Boolean), in_scope(_rows.territory)),
    task_link(and_(_rows.state == State.FACT_CHECK.value, _named)),
)


def sight(actor: Actor) -> dict[str, object]:
    """Return the values of the parameters that `VISIBLE` brings into a statement."""
    seats = [name for name in (actor.unit, actor.org) if name]
    return {"desk": actor_may(actor, Permission.CIRCULAR_DRAFT), "seats": seats}


def prepares(actor: Actor, *, territory: str) -> bool:
    """Say whether the actor prepares the circulars of a district, and sees their inside."""
    return actor_may(actor, Permission.CIRCULAR_DRAFT) and actor.scope.covers(territory)
