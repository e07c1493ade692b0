"""Looking at cases."""

from functools import partial
from typing import Annotated
from uuid import UUID

from fastapi import Query
from pydantic import Field

from dispute_mediation.complaints.api.views import (
    CaseDetail,
    CaseLine,
    ClearView,
    CourseEntry,
    ProposalView,
)
from dispute_mediation.complaints.domain import Channel, State, Urgency
from dispute_mediation.complaints.queries import (
    CASE_ORDERS,
    course_of,
    list_cases,
    list_own_cases,
    person_in_clear,
    propose_masters,
    whole_case,
)
from dispute_mediation.complaints.queries.course import MOST_ENTRIES
from dispute_mediation.complaints.storage.intake import MOST_CANDIDATES
from dispute_mediation.units.fields import UnitCode
from shared.identity import Permission
from shared.web import Code, CurrentWork, Moment, Page, PageRequest, Router, Territory, needs, ordered

__all__ = ["own_router", "router"]

router = Router(
    prefix="/complaints",
    tags=["complaints"],
    about="投诉：受理、交办、办结、回访、结案。/ "
    "Complaints: accepted, assigned, resolved, called back, closed.",
)
Course = Annotated[list[CourseEntry], Field(max_length=MOST_ENTRIES)]
Proposals = Annotated[list[ProposalView], Field(max_length=MOST_CANDIDATES)]

own_router = Router(prefix="/my-complaints", tags=["complaints"])
CasePages = Annotated[PageRequest, ordered(CASE_ORDERS)]


@router.get("", operation_id="list_complaints", summary="列出投诉")
@needs(Permission.COMPLAINT_READ)
async def list_complaints(  # noqa: PLR0913 - one parameter for each filter
    work: CurrentWork,
    paging: CasePages,
    *,
    state: State | None = None,
    leaf: Code | None = None,
    channel: Channel | None = None,
    urgency: Urgency | None = None,
    territory: Territory | None = None,
    estate_id: UUID | None = None,
    host_unit: UnitCode | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    overdue: Annotated[bool, Query()] = False,
) -> Page[CaseLine]:
    """Return the cases within the caller's sight, the newest first.

    `since` and `until` are about when a case was received. A company's manager, a department's handler and a
    mediator see the cases they have a part in.
    """
    filters = {
        "state": state,
        "leaf": leaf,
        "channel": channel,
        "urgency": urgency,
        "territory": territory,
        "estate_id": estate_id,
        "host_unit": host_unit,
        "since": since,
        "until": until,
        "overdue": overdue or None,
    }
    return await list_cases(work, paging=paging, filters=filters, view=partial(CaseLine.of, now=work.now))


@router.get("/{case_id}", operation_id="show_complaint", summary="查看一件投诉")
@needs(Permission.COMPLAINT_READ)
async def read_complaint(case_id: UUID, work: CurrentWork) -> CaseDetail:
    """Return a case with all that belongs to it, persons masked."""
    return CaseDetail.whole(await whole_case(work, case_id), now=work.now)


@router.get("/{case_id}/course", operation_id="show_complaint_course", summary="查看投诉的办理过程")
@needs(Permission.COMPLAINT_READ)
async def read_course(case_id: UUID, work: CurrentWork) -> Course:
    """Return everything that happened to a case, its meetings and duties included, the oldest first.

    Whoever filed the case is never named; staff are, to those who look after the territory.
    """
    whole = await whole_case(work, case_id)
    return [CourseEntry.of(entry, with_person=True) for entry in await course_of(work, whole.case)]


@router.get("/{case_id}/person", operation_id="show_complainant", summary="查看投诉人（明文，留痕）")
@needs(Permission.COMPLAINT_READ_CLEAR)
async def read_person(case_id: UUID, work: CurrentWork) -> ClearView:
    """Return who complained in the clear; needs a reason in `X-Reason`, which is recorded."""
    return ClearView.model_validate(await person_in_clear(work, case_id))


@router.get(
    "/{case_id}/repeat-candidates", operation_id="list_repeat_candidates", summary="列出可能重复的投诉"
)
@needs(Permission.COMPLAINT_DECIDE)
async def read_repeat_candidates(case_id: UUID, work: CurrentWork) -> Proposals:
    """Return the earlier cases of the estate that this one may repeat, by person and leaf or by its words."""
    return [ProposalView.model_validate(one) for one in await propose_masters(work, case_id)]


@own_router.get("", operation_id="list_my_complaints", summary="列出我的投诉")
@needs(Permission.COMPLAINT_READ_OWN)
async def list_my_complaints(
    work: CurrentWork, paging: CasePages, *, state: State | None = None
) -> Page[CaseLine]:
    """Return the cases the caller filed, the newest first."""
    view = partial(CaseLine.of, now=work.now)
    return await list_own_cases(work, paging=paging, filters={"state": state}, view=view)


@own_router.get("/{case_id}", operation_id="show_my_complaint", summary="查看我的一件投诉")
@needs(Permission.COMPLAINT_READ_OWN)
async def read_my_complaint(case_id: UUID, work: CurrentWork) -> CaseDetail:
    """Return a case the caller filed."""
    return CaseDetail.whole(await whole_case(work, case_id, own=True), now=work.now)


@own_router.get(
    "/{case_id}/course", operation_id="show_my_complaint_course", summary="查看我的投诉的办理过程"
)
@needs(Permission.COMPLAINT_READ_OWN)
async def read_my_course(case_id: UUID, work: CurrentWork) -> Course:
    """Return what happened to a case the caller filed; staff are named by role and unit."""
    whole = await whole_case(work, case_id, own=True)
    return [CourseEntry.of(entry, with_person=False) for entry in await course_of(work, whole.case)]
