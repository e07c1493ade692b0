"""A joint meeting assigns a duty to a unit or a company."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from dispute_mediation.clocks.domain import Due
from dispute_mediation.clocks.rules import Rules, rules_for
from dispute_mediation.complaints.domain import Case
from dispute_mediation.complaints.storage import link, load_case
from dispute_mediation.items.commands.clock import run_clock
from dispute_mediation.items.domain import CaseNotOnAgenda, Item, require_deadline
from dispute_mediation.items.storage import insert_item
from dispute_mediation.meetings.domain import Meeting
from dispute_mediation.meetings.storage import load_meeting
from dispute_mediation.sight import org_party, person_party, unit_party
from dispute_mediation.units.domain import competent_unit
from shared.contracts.dispute_mediation import ResolutionItemAssigned
from shared.kernel import new_id
from shared.storage import Work

__all__ = ["Duty", "assign_item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Duty:
    """What a meeting lays upon whom (J-09).

    A company `org` owes it, or else `unit`; beside a company the unit watches over it: the host of the case
    unless another is named. Without a deadline the default holds.
    """

    case_id: UUID
    text: str
    deliverable: str
    check_person: str
    unit: str | None = None
    org: str | None = None
    assist_units: Sequence[str] = ()
    due_at: datetime | None = None


async def assign_item(work: Work, *, meeting_id: UUID, duty: Duty) -> Item:
    """Assign a duty at a meeting that was held with a quorum.

    Raises NoQuorum, CaseNotOnAgenda, DeadlineOutOfRange.
    """
    meeting = await load_meeting(work, meeting_id)
    meeting.require_decision()
    if duty.case_id not in meeting.case_ids:
        raise CaseNotOnAgenda
    case = await load_case(work, duty.case_id)
    rules = await rules_for(work, case.territory)
    item = _new_item(work, meeting=meeting, case=case, duty=duty, rules=rules)
    await insert_item(work, item)
    await link(work, case_id=case.id, parties=_named(item))
    await run_clock(work, item, rules=rules)
    work.publish(_assigned(item), about=item)
    return item


def _new_item(work: Work, *, meeting: Meeting, case: Case, duty: Duty, rules: Rules) -> Item:
    due = _deadline(duty, rules=rules, now=work.now)
    return Item(
        id=new_id(),
        territory=case.territory,
        meeting_id=meeting.id,
        case_id=case.id,
        estate_id=case.estate_id,
        text=duty.text,
        deliverable=duty.deliverable,
        unit=duty.unit or case.host_unit or competent_unit(kind="authority", territory=case.territory),
        org=duty.org,
        assist_units=tuple(duty.assist_units),
        check_person=duty.check_person,
        assigned_by=work.actor.person,
        assigned_at=work.now,
        accept_due_at=rules.working_days("item.accept_wd", start=work.now).at,
        due_at=due.at,
        due_provisional=due.provisional,
    )


def _deadline(duty: Duty, *, rules: Rules, now: datetime) -> Due:
    if duty.due_at is None:
        return rules.working_days("item.default_wd", start=now)
    require_deadline(duty.due_at, now=now, latest=rules.days("item.max_days", start=now).at)
    return Due(duty.due_at)


def _named(item: Item) -> list[str]:
    company = [org_party(item.org)] if item.org else []
    return [*map(unit_party, (item.unit, *item.assist_units)), person_party(item.check_person), *company]


def _assigned(item: Item) -> ResolutionItemAssigned:
    return ResolutionItemAssigned(
        item_id=item.id,
        meeting_id=item.meeting_id,
        case_id=item.case_id,
        estate_id=item.estate_id,
        unit=item.unit,
        org=item.org,
        due_at=item.due_at,
    )
