"""Who answers for an estate on each day: computed here, guarded by the database once more (EX-04)."""

from dataclasses import dataclass, replace
from datetime import date
from uuid import UUID

from estate_registry.estates.domain import Operator, OperatorKind
from estate_registry.timelines.domain import Spell, Timeline
from shared.kernel import Conflict, NotFound, Period, TerritoryCode, level_of

__all__ = [
    "Assigned",
    "AssignmentEnded",
    "AssignmentNotFound",
    "ContractDoesNotCover",
    "OperatorAlready",
    "OperatorOverlaps",
    "OperatorTimeline",
    "assign",
    "custodian_of",
    "custody",
    "first_custody",
    "vacate",
]


class OperatorOverlaps(Conflict):
    """Another company answers for the estate on some of these days."""

    zh = (
        "{start} 起的服务期内，该小区已由企业“{org}”负责（指派编号 {assignment_id}）。"
        "请先结束该指派，或在 succeeds 中填写其编号表示由新单位接替。"
    )
    en = (
        "From {start} on company '{org}' answers for this estate (assignment {assignment_id}). "
        "End that assignment first, or name it in `succeeds` to say that it is followed."
    )


class OperatorAlready(Conflict):
    """The same operator answers for the estate on exactly these days, by the same contract."""

    zh = "该单位已自 {start} 起负责该小区（指派编号 {assignment_id}），无需重复指派。请核对起止日。"
    en = "This operator answers for the estate from {start} on already (assignment {assignment_id})."


class AssignmentNotFound(NotFound):
    """The estate has no assignment of this id."""

    zh = "该小区没有编号为“{assignment_id}”的指派。请在小区的服务单位列表中查找正确的编号。"
    en = "This estate has no assignment '{assignment_id}'. Look it up in the estate's list of operators."


class AssignmentEnded(Conflict):
    """The assignment does not hold on the day named."""

    zh = "该指派自 {start} 起、至 {end} 止，不能在 {at} 结束。请填写这段时间之内的日期。"
    en = "This assignment runs from {start} to {end} and cannot end on {at}. Name a day within it."


class ContractDoesNotCover(Conflict):
    """The contract is another company's, for another estate, or begins later."""

    zh = "合同“{contract_no}”不能作为依据：签约企业、所含小区或起始日与本次指派不符。请核对，或先登记新合同。"
    en = (
        "Contract '{contract_no}' does not support this: its company, its estates or its first day differ. "
        "Check the contract, or record the new one first."
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Assigned:
    """An operator and why it was chosen."""

    operator: Operator
    reason: str


OperatorTimeline = Timeline[Assigned]


def custodian_of(territory: TerritoryCode) -> str:
    """Return the unit that keeps an estate nobody else serves: its community, else its town."""
    return f"{territory}:{level_of(territory)}"


def custody(territory: TerritoryCode, *, reason: str) -> Assigned:
    """Return the custody of an estate by its community (社区代管)."""
    operator = Operator(kind=OperatorKind.CUSTODY, custodian=custodian_of(territory))
    return Assigned(operator=operator, reason=reason)


def first_custody(
    *, spell_id: UUID, territory: TerritoryCode, covered_from: date, reason: str
) -> OperatorTimeline:
    """Return the timeline of an estate that enters the register."""
    value = custody(territory, reason=reason)
    return Timeline((Spell(id=spell_id, period=Period(covered_from), value=value),))


def assign(
    timeline: OperatorTimeline, *, spell: Spell[Assigned], rest_id: UUID, succeeds: UUID | None = None
) -> OperatorTimeline:
    """Let an operator answer for its days; custody, self-rule and interims give way.

    Another company does not: it is named in `succeeds`, or its assignment is ended first.
    Raises OperatorAlready, OperatorOverlaps, StartsBeforeService.
    """
    for other in timeline.within(spell.period):
        _refuse_same(other, spell)
        if _stands_in_the_way(other, spell.value.operator) and other.id != succeeds:
            raise OperatorOverlaps(
                start=max(other.period.start, spell.period.start),
                org=other.value.operator.org,
                assignment_id=other.id,
            )
    return timeline.put(spell, rest_id=rest_id)


def _refuse_same(other: Spell[Assigned], spell: Spell[Assigned]) -> None:
    if other.period == spell.period and other.value.operator == spell.value.operator:
        raise OperatorAlready(start=other.period.start, assignment_id=other.id)


def _stands_in_the_way(other: Spell[Assigned], operator: Operator) -> bool:
    return other.value.operator.kind is OperatorKind.COMPANY and other.value.operator.org != operator.org


def vacate(
    timeline: OperatorTimeline, *, assignment_id: UUID, at: date, spell_id: UUID, fallback: Assigned
) -> OperatorTimeline:
    """End an assignment on a day; from then to its planned end the fallback answers.

    Raises AssignmentNotFound, AssignmentEnded.
    """
    found = next((spell for spell in timeline.spells if spell.id == assignment_id), None)
    if found is None:
        raise AssignmentNotFound(assignment_id=assignment_id)
    if not found.period.holds(at):
        raise AssignmentEnded(start=found.period.start, end=found.period.end or "-", at=at)
    rest = Spell(id=spell_id, period=replace(found.period, start=at), value=fallback)
    # The rest reaches to the end of what it follows: nothing goes on after it.
    return timeline.put(rest, rest_id=spell_id)
