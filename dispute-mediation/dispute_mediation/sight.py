"""Who sees and handles what (domain, 11): the rows of the own territory, or the matters one is linked to.

A company's manager, a department's handler, a mediator, an owner and whoever stands for an estate see the
cases that name them, whatever their territory; everybody else sees the territory, and the cases elsewhere
that their unit has a part in. A unit's or company's link ends some days after its task; a person's own
matters stay theirs.
"""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    Boolean,
    ColumnElement,
    DateTime,
    Table,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    exists,
    func,
    or_,
    select,
)

from dispute_mediation.clocks.rules import rules_for
from dispute_mediation.tables import among, case_links, cases, items, meeting_units, meetings
from shared.identity import Role, ScopeKind
from shared.kernel import Actor
from shared.storage import Work, in_scope, task_link

__all__ = [
    "LEFT_TO_DO",
    "is_bound",
    "linked",
    "linked_cases",
    "meeting_sight",
    "org_party",
    "parties",
    "person_party",
    "sees_territory",
    "sight",
    "unit_party",
    "visible_case",
    "visible_meeting",
]

_OFFICES: Final = frozenset({ScopeKind.COMMUNITY, ScopeKind.TOWN, ScopeKind.DISTRICT})
_TERRITORIAL: Final = _OFFICES | {ScopeKind.ORDER}
_SYSTEM: Final = "system"
_PERSON: Final = "person:"
# The states of a duty that is not done with.
LEFT_TO_DO: Final = ("assigned", "objected", "accepted", "in_progress", "claimed", "rejected")
_PARTIES: Final = bindparam("parties", type_=ARRAY(Text))
_SINCE: Final = bindparam("links_since", type_=DateTime(timezone=True))
# Under names of their own: the statement around them may be on the same tables.
_linked_case: Final = cases.alias("linked_case")
_called_meeting: Final = meetings.alias("called_meeting")
_duty: Final = items.alias("duty")


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
    return f"{_PERSON}{person}"


async def sight(work: Work) -> dict[str, object]:
    """Return the values of the parameters that `visible_case` and `linked` bring into a statement."""
    return {"sees_territory": sees_territory(work.actor), **await parties(work)}


async def parties(work: Work) -> dict[str, object]:
    """Return the names under which the caller may be linked to a case, and since when tasks still count."""
    actor = work.actor
    named = [person_party(actor.person)]
    named += [unit_party(actor.unit)] if actor.unit else []
    named += [org_party(actor.org)] if actor.org else []
    return {"parties": named, "links_since": await _links_since(work)}


async def _links_since(work: Work) -> datetime:
    """Return the moment whose tasks, if they ended before it, are no longer looked at (domain, 11)."""
    days = (await rules_for(work, work.scope.prefix)).integer("task_link_days")
    return work.now - timedelta(days=days)


def visible_case(table: Table, case_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the predicate "the caller may see this row of a scoped table, which is about this case"."""
    return or_(_in_own_territory(table), linked(case_id))


def linked(case_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the predicate "the caller has to do with this case"."""
    still_open = or_(
        func.starts_with(case_links.c.party, _PERSON),
        _linked_case.c.closed_at.is_(None),
        _linked_case.c.closed_at > _SINCE,
    )
    return task_link(
        exists().where(
            case_links.c.case_id == case_id,
            case_links.c.party == any_(_PARTIES),
            _linked_case.c.id == case_links.c.case_id,
            still_open,
        )
    )


def linked_cases() -> ColumnElement[bool]:
    """Return the same for a list of cases: it begins with what names the caller, not with all cases."""
    own = select(case_links.c.case_id).where(case_links.c.party == any_(_PARTIES)).scalar_subquery()
    theirs_for_good = exists().where(
        case_links.c.case_id == cases.c.id,
        case_links.c.party == any_(_PARTIES),
        func.starts_with(case_links.c.party, _PERSON),
    )
    return task_link(
        and_(
            cases.c.id == any_(func.array(own, type_=ARRAY(Uuid))),
            or_(cases.c.closed_at.is_(None), cases.c.closed_at > _SINCE, theirs_for_good),
        )
    )


async def meeting_sight(work: Work) -> dict[str, object]:
    """Return the values of the parameters that `visible_meeting` brings into a statement."""
    return {
        "sees_territory": sees_territory(work.actor),
        "seats": [name for name in (work.actor.unit, work.actor.org) if name],
        "links_since": await _links_since(work),
    }


def visible_meeting(table: Table, meeting_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the predicate "the caller may see this meeting"."""
    return or_(_in_own_territory(table), _called(meeting_id))


def _called(meeting_id: ColumnElement[UUID]) -> ColumnElement[bool]:
    """Return the predicate "the caller was called, and lately or with a duty left"."""
    still_open = or_(
        _called_meeting.c.starts_at > _SINCE,
        _called_meeting.c.minuted_at > _SINCE,
        exists().where(
            _duty.c.meeting_id == _called_meeting.c.id,
            or_(_duty.c.unit == meeting_units.c.unit, _duty.c.org == meeting_units.c.unit),
            among(_duty.c.state, LEFT_TO_DO),
        ),
    )
    return task_link(
        exists().where(
            meeting_units.c.meeting_id == meeting_id,
            meeting_units.c.unit == any_(bindparam("seats", type_=ARRAY(Text))),
            _called_meeting.c.id == meeting_units.c.meeting_id,
            still_open,
        )
    )


def _in_own_territory(table: Table) -> ColumnElement[bool]:
    return and_(bindparam("sees_territory", type_=Boolean), in_scope(table.c.territory))
