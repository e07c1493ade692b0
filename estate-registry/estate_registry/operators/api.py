"""Routes of operators: who answers for an estate on each day."""

from typing import Annotated, Self
from uuid import UUID

from pydantic import model_validator

from estate_registry.estates.domain import Operator, OperatorKind
from estate_registry.fields import Day
from estate_registry.operators.commands import assign_operator, vacate_operator
from estate_registry.operators.domain import Assigned, OperatorTimeline
from estate_registry.operators.queries import ASSIGNMENT_ORDERS, AssignmentView, operators_of
from shared.identity import Permission
from shared.kernel import Period
from shared.web import (
    Body,
    CalendarDay,
    Code,
    CurrentWork,
    Page,
    PageRequest,
    Router,
    ShortText,
    Uscc,
    View,
    needs,
    ordered,
)

__all__ = ["router"]

router = Router(
    prefix="/estates",
    tags=["operators"],
    about="服务主体：每个小区每一天由谁负责。/ Operators: who answers for an estate on each day.",
)


class Assignment(Body):
    """An operator and its days: a company by `org`, anyone else by `custodian`, the code of a unit.

    An interim may be either. `end` is the first day it no longer answers. `succeeds` names the assignment of
    another company that ends by this one.
    """

    kind: OperatorKind
    org: Uscc | None = None
    custodian: Code | None = None
    contract_id: UUID | None = None
    start: Day
    end: Day | None = None
    succeeds: UUID | None = None
    reason: ShortText

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        wants_org = self.kind is OperatorKind.COMPANY
        either = self.kind is OperatorKind.INTERIM
        if (self.org is None) == (self.custodian is None) or (
            not either and wants_org != (self.org is not None)
        ):
            message = (
                "企业服务请填写 org，自治或代管请填写 custodian，兜底二者选一。 / "
                "A company is named by org, self-rule or custody by custodian, an interim by one of them."
            )
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        if self.end is not None and self.end <= self.start:
            message = "结束日必须晚于起始日。 / The end must be later than the start."
            raise ValueError(message)
        return self

    def assigned(self) -> Assigned:
        """Return what the body says in the words of the domain."""
        operator = Operator(
            kind=self.kind, org=self.org, custodian=self.custodian, contract_id=self.contract_id
        )
        return Assigned(operator=operator, reason=self.reason)


class Ending(Body):
    """The first day the operator no longer answers for the estate, and why."""

    at: Day
    reason: ShortText


class OperatorTimelineView(View):
    """Every operator of an estate, without overlap and without gap."""

    items: list[AssignmentView]

    @classmethod
    def of(cls, timeline: OperatorTimeline) -> Self:
        """Return the view of a timeline."""
        return cls(items=[AssignmentView.of(spell) for spell in timeline.spells])


@router.post(
    "/{estate_id}/operators", operation_id="assign_operator", summary="为小区确定服务主体", status_code=201
)
@needs(Permission.OPERATOR_ASSIGN)
async def assign(estate_id: UUID, body: Assignment, work: CurrentWork) -> OperatorTimelineView:
    """Assign an operator from a day on; custody, self-rule and interims give way by themselves."""
    timeline = await assign_operator(
        work,
        estate_id=estate_id,
        assigned=body.assigned(),
        period=Period(body.start, body.end),
        succeeds=body.succeeds,
    )
    return OperatorTimelineView.of(timeline)


@router.post(
    "/{estate_id}/operators/{assignment_id}/end", operation_id="end_operator", summary="终止服务主体的服务"
)
@needs(Permission.OPERATOR_ASSIGN)
async def end(estate_id: UUID, assignment_id: UUID, body: Ending, work: CurrentWork) -> OperatorTimelineView:
    """End an assignment on a day; the community keeps the estate from then on."""
    timeline = await vacate_operator(
        work, estate_id=estate_id, assignment_id=assignment_id, at=body.at, reason=body.reason
    )
    return OperatorTimelineView.of(timeline)


@router.get("/{estate_id}/operators", operation_id="list_operators", summary="列出小区历任服务主体")
@needs(Permission.ESTATE_READ)
async def listing(
    estate_id: UUID,
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(ASSIGNMENT_ORDERS)],
    *,
    kind: OperatorKind | None = None,
    org: Uscc | None = None,
    on: CalendarDay | None = None,
) -> Page[AssignmentView]:
    """List the operators of an estate, the first first."""
    filters = {"kind": kind, "org": org, "on": on}
    return await operators_of(work, estate_id=estate_id, filters=filters, paging=paging)
