"""Who answers for an estate: assigning, ending; the timeline is decided in `domain`."""

from datetime import date, timedelta
from uuid import UUID

from estate_registry.companies.domain import require_eligible
from estate_registry.companies.storage import find_company
from estate_registry.contracts.storage import load_contract
from estate_registry.estates.domain import Estate, Operator
from estate_registry.estates.storage import lock_estate, save_estate
from estate_registry.operators.domain import (
    Assigned,
    ContractDoesNotCover,
    OperatorTimeline,
    assign,
    custody,
    vacate,
)
from estate_registry.operators.storage import load_operators, store_operators
from estate_registry.timelines.domain import Spell
from shared.contracts.estate_registry import OperatorAssigned, OperatorVacated
from shared.kernel import Period, end_of, local_date, new_id
from shared.storage import Work
from shared.tasks import DueTask, cancel, schedule

__all__ = ["OPERATOR_TURN", "assign_operator", "operator_assigned", "turn_operator", "vacate_operator"]

OPERATOR_TURN = "operator.turn"


async def assign_operator(
    work: Work, *, estate_id: UUID, assigned: Assigned, period: Period, succeeds: UUID | None = None
) -> OperatorTimeline:
    """Let an operator answer for an estate on the days of a period, and tell who came and who went.

    Raises EstateNotFound, CompanyUnknown, CompanyBlacklisted, ContractNotFound, ContractDoesNotCover,
    OperatorAlready, OperatorOverlaps, StartsBeforeService.
    """
    estate = await lock_estate(work, estate_id=estate_id)
    await _require_support(work, estate=estate, operator=assigned.operator, start=period.start)
    before = await load_operators(work, estate_id=estate_id)
    spell = Spell(id=new_id(), period=period, value=assigned)
    after = assign(before, spell=spell, rest_id=new_id(), succeeds=succeeds)
    await _keep(work, estate=estate, before=before, after=after, reason=assigned.reason)
    return after


async def vacate_operator(
    work: Work, *, estate_id: UUID, assignment_id: UUID, at: date, reason: str
) -> OperatorTimeline:
    """End an assignment on a day; the community keeps the estate from then on, so that it is never empty.

    Raises EstateNotFound, AssignmentNotFound, AssignmentEnded.
    """
    estate = await lock_estate(work, estate_id=estate_id)
    before = await load_operators(work, estate_id=estate_id)
    fallback = custody(estate.territory, reason=reason)
    after = vacate(before, assignment_id=assignment_id, at=at, spell_id=new_id(), fallback=fallback)
    await _keep(work, estate=estate, before=before, after=after, reason=reason)
    return after


async def turn_operator(work: Work, task: DueTask) -> None:
    """Show the operator of an estate who begins to answer for it today."""
    estate = await lock_estate(work, estate_id=UUID(task.key))
    timeline = await load_operators(work, estate_id=estate.id)
    await _show_current(work, estate=estate, timeline=timeline)


def operator_assigned(estate_id: UUID, spell: Spell[Assigned]) -> OperatorAssigned:
    """Return the fact that an operator answers for an estate."""
    operator = spell.value.operator
    return OperatorAssigned(
        estate_id=estate_id,
        assignment_id=spell.id,
        kind=operator.kind.value,
        org=operator.org,
        custodian=operator.custodian,
        contract_id=operator.contract_id,
        start=spell.period.start,
        end=spell.period.end,
    )


async def _require_support(work: Work, *, estate: Estate, operator: Operator, start: date) -> None:
    if operator.org is not None:
        require_eligible(await find_company(work, org=operator.org), org=operator.org)
    if operator.contract_id is not None:
        contract = await load_contract(work, contract_id=operator.contract_id)
        if not contract.supports(estate_id=estate.id, org=operator.org, start=start):
            raise ContractDoesNotCover(contract_no=contract.contract_no)


async def _keep(
    work: Work, *, estate: Estate, before: OperatorTimeline, after: OperatorTimeline, reason: str
) -> None:
    """Store another timeline, and publish who went before who came."""
    changes = before.changes_to(after)
    await store_operators(work, estate_id=estate.id, changes=changes)
    await _show_current(work, estate=estate, timeline=after)
    for spell, at in changes.ended:
        work.publish(_vacated(estate.id, spell, at=at, reason=reason), about=estate)
    for spell in _told_as_assigned(before, after):
        work.publish(operator_assigned(estate.id, spell), about=estate)


def _told_as_assigned(before: OperatorTimeline, after: OperatorTimeline) -> list[Spell[Assigned]]:
    """Return the spells that are new, or begin on another day than was told."""
    told = {spell.id: spell.period.start for spell in before.spells}
    return [spell for spell in after.spells if told.get(spell.id) != spell.period.start]


def _vacated(estate_id: UUID, spell: Spell[Assigned], *, at: date, reason: str) -> OperatorVacated:
    operator = spell.value.operator
    return OperatorVacated(
        estate_id=estate_id,
        assignment_id=spell.id,
        kind=operator.kind.value,
        org=operator.org,
        custodian=operator.custodian,
        at=at,
        reason=reason,
    )


async def _show_current(work: Work, *, estate: Estate, timeline: OperatorTimeline) -> None:
    """Save who answers today with the estate, and plan to do so again when another takes over."""
    today = local_date(work.now)
    await save_estate(work, estate.following(operator=timeline.at(today).value.operator))
    turn = timeline.next_turn(today)
    if turn is None:
        await cancel(work, kind=OPERATOR_TURN, key=str(estate.id))
    else:
        due_at = end_of(turn - timedelta(days=1))
        await schedule(work, kind=OPERATOR_TURN, key=str(estate.id), due_at=due_at)
