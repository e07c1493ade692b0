"""Who may see the file of an estate, beside the territory: a company sees the estates it answers for today.

A company's people may be given a whole district; the files of its competitors are none of theirs (domain, 11:
R04 reaches contracted estates, R05 the own organisation).
"""

from typing import Final

from sqlalchemy import Boolean, ColumnElement, Text, bindparam, exists, not_, or_

from shared.identity import Role
from shared.kernel import Actor
from supervision.estate_files.storage.today import holds
from supervision.tables import estates, operators

__all__ = ["OWN_ESTATE", "sight"]

_COMPANY_ROLES: Final = frozenset({Role.PROJECT_MANAGER.value, Role.COMPANY_OFFICE.value})

OWN_ESTATE: Final[ColumnElement[bool]] = or_(
    not_(bindparam("bound", type_=Boolean)),
    exists()
    .where(
        operators.c.estate_id == estates.c.id,
        operators.c.org == bindparam("own_org", type_=Text),
        holds(operators.c.starts_on, operators.c.ends_on),
    )
    .correlate(estates),
)


def sight(actor: Actor) -> dict[str, object]:
    """Return the values of the parameters that `OWN_ESTATE` brings into a statement, but for `today`."""
    return {"bound": actor.role in _COMPANY_ROLES, "own_org": actor.org}
