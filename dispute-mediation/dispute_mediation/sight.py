"""Who sees and handles what (domain, 11): the rows of the own territory, or the matters one is linked to.

A company's manager, a department's handler, a mediator, an owner and whoever stands for an estate see the
cases that name them, whatever their territory; everybody else sees the territory, and the cases elsewhere
that their unit has a part in.
"""

from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Boolean, ColumnElement, Table, Text, and_, any_, bindparam, exists, or_

from dispute_mediation.tables import case_links, meeting_units
from shared.identity import Role, ScopeKind
from shared.kernel import Actor
from shared.storage import in_scope

__all__ = [
    "called",
    "is_bound",
    "linked",
    "meeting_sight",
    "org_party",
    "parties",
    "person_party",
    "seats",
    "sees_territory",
    "sight",
    "unit_party",
    "visible_case",
    "visible_meeting",
]

_OFFICES: Final = frozenset({ScopeKind.COMMUNITY, ScopeKind.TOWN, ScopeKind.DISTRICT})
_TERRITORIAL: Final = _OFFICES | {ScopeKind.ORDER}
_SYSTEM: Final = "system"


def sees_territory(actor: Actor) -> bool:
    """Say whether the role sees every case of its territory."""
    return actor.role == _SYSTEM or Role(actor.role).facts.scope in _TERRITORIAL


def is_bound(actor: Actor) -> bool:
    """Say whether the role acts for its own unit or company alone, not for all units of a territory."""
    return actor.role != _SYSTEM and Role(actor.role).facts.scope not in _OFFICES


def unit_party(unit: str) -> str:
    """Return how a unit is named in links."""
    return f"unit:{unit}"


def org_party(org: str) -> str:
    """Return how a company is named in links."""
    return f"org:{org}"


def person_party(person: str) -> str:
    """Return how a person is named in links."""
    return f"person:{person}"


def sight(actor: Actor) -> dict[str, object]:
    """Return the values of the parameters that `visible_case` and `linked` bring into a statement."""
    return {"sees_territory": sees_territory(actor), **parties(actor)}


def parties(actor: Actor) -> dict[str, object]:
    """Return the names under which the actor may be linked to a case."""
    named = [person_party(actor.person)]
    named += [unit_party(actor.unit)] if actor.unit else []
    named += [org_party(actor.org)] if actor.org else []
    return {"parties": named}


def visible_case(table: Table, case_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the predicate "the caller may see this row of a scoped table, which is about this case"."""
    return or_(_in_own_territory(table), linked(case_id))


def linked(case_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the predicate "the caller has to do with this case"."""
    return exists().where(
        case_links.c.case_id == case_id,
        case_links.c.party == any_(bindparam("parties", type_=ARRAY(Text))),
    )


def meeting_sight(actor: Actor) -> dict[str, object]:
    """Return the values of the parameters that `visible_meeting` brings into a statement."""
    return {"sees_territory": sees_territory(actor), **seats(actor)}


def seats(actor: Actor) -> dict[str, object]:
    """Return the names under which the actor may have been called to a meeting."""
    return {"seats": [name for name in (actor.unit, actor.org) if name]}


def visible_meeting(table: Table, meeting_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the predicate "the caller may see this meeting"."""
    return or_(_in_own_territory(table), called(meeting_id))


def called(meeting_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the predicate "the caller's unit or company was called to this meeting"."""
    return exists().where(
        meeting_units.c.meeting_id == meeting_id,
        meeting_units.c.unit == any_(bindparam("seats", type_=ARRAY(Text))),
    )


def _in_own_territory(table: Table) -> ColumnElement[bool]:
    return and_(bindparam("sees_territory", type_=Boolean), in_scope(table.c.territory))
