"""Doing something with a case: one route a step."""

from uuid import UUID

from fastapi import status

from dispute_mediation.complaints.api.requests import (
    Acceptance,
    Assignment,
    CallbackEntry,
    Merge,
    NewComplaint,
    Note,
    Rejection,
    ResolutionEntry,
)
from dispute_mediation.complaints.api.views import CaseView, ResolutionView
from dispute_mediation.complaints.commands import (
    accept_complaint,
    assign_complaint,
    close_complaint,
    confirm_liability,
    extend_term,
    file_complaint,
    merge_repeat,
    record_callback,
    reject_complaint,
    reopen_complaint,
    report_progress,
    resolve_complaint,
    return_complaint,
    sign_complaint,
)
from dispute_mediation.complaints.domain import Case
from dispute_mediation.complaints.queries import actions_for
from shared.identity import Permission
from shared.storage import Work
from shared.web import CurrentWork, Router, needs

__all__ = ["router"]

router = Router(prefix="/complaints", tags=["complaints"])


async def _view(work: Work, case: Case) -> CaseView:
    return CaseView.of(case, now=work.now, actions=await actions_for(work, case))


@router.post("", operation_id="file_complaint", summary="提交投诉", status_code=status.HTTP_201_CREATED)
@needs(Permission.COMPLAINT_FILE)
async def file(body: NewComplaint, work: CurrentWork) -> CaseView:
    """Take a grievance in; one that repeats an open case of the same person follows it at once (MD-16)."""
    return await _view(work, await file_complaint(work, filing=body.as_filing(now=work.now)))


@router.post("/{case_id}/acceptance", operation_id="accept_complaint", summary="受理投诉")
@needs(Permission.COMPLAINT_DECIDE)
async def accept(case_id: UUID, body: Acceptance, work: CurrentWork) -> CaseView:
    """Take a case up: its host unit and the term of its first result are fixed."""
    case = await accept_complaint(work, case_id=case_id, leaf_code=body.leaf, host_unit=body.host_unit)
    return await _view(work, case)


@router.post("/{case_id}/rejection", operation_id="reject_complaint", summary="不予受理投诉")
@needs(Permission.COMPLAINT_DECIDE)
async def reject(case_id: UUID, body: Rejection, work: CurrentWork) -> CaseView:
    """Refuse a case with a reason of the list (MD-12)."""
    return await _view(work, await reject_complaint(work, case_id=case_id, reason=body.reason))


@router.post("/{case_id}/merge", operation_id="merge_complaint", summary="合并重复投诉")
@needs(Permission.COMPLAINT_DECIDE)
async def merge(case_id: UUID, body: Merge, work: CurrentWork) -> CaseView:
    """Have a case follow the one it repeats (MD-16)."""
    return await _view(work, await merge_repeat(work, case_id=case_id, master_id=body.master_id))


@router.post("/{case_id}/assignment", operation_id="assign_complaint", summary="交办投诉")
@needs(Permission.COMPLAINT_DECIDE)
async def assign(case_id: UUID, body: Assignment, work: CurrentWork) -> CaseView:
    """Hand a case to its host unit and those that assist it."""
    case = await assign_complaint(
        work,
        case_id=case_id,
        host_unit=body.host_unit,
        assist_units=body.assist_units,
        handler=body.handler,
        is_complex=body.is_complex,
    )
    return await _view(work, case)


@router.post("/{case_id}/extension", operation_id="extend_complaint", summary="延长投诉办理期限")
@needs(Permission.COMPLAINT_DECIDE)
async def extend(case_id: UUID, body: Note, work: CurrentWork) -> CaseView:
    """Give the host more time, once and before the term has run out (MD-05)."""
    return await _view(work, await extend_term(work, case_id=case_id, reason=body.text))


@router.post("/{case_id}/signature", operation_id="sign_complaint", summary="签收投诉")
@needs(Permission.COMPLAINT_HANDLE)
async def sign(case_id: UUID, work: CurrentWork) -> CaseView:
    """Take a case in hand for its host unit (MD-04)."""
    return await _view(work, await sign_complaint(work, case_id=case_id))


@router.post("/{case_id}/return", operation_id="return_complaint", summary="退回投诉")
@needs(Permission.COMPLAINT_HANDLE)
async def send_back(case_id: UUID, body: Note, work: CurrentWork) -> CaseView:
    """Send a case back to whoever assigned it, with the reason; three times at most (MD-04)."""
    return await _view(work, await return_complaint(work, case_id=case_id, reason=body.text))


@router.post("/{case_id}/progress", operation_id="note_complaint_progress", summary="记录投诉办理进展")
@needs(Permission.COMPLAINT_HANDLE)
async def progress(case_id: UUID, body: Note, work: CurrentWork) -> CaseView:
    """Note what was done so far, or what the company answers."""
    return await _view(work, await report_progress(work, case_id=case_id, text=body.text))


@router.post("/{case_id}/resolution", operation_id="resolve_complaint", summary="给出投诉办理结果")
@needs(Permission.COMPLAINT_RESOLVE)
async def resolve(case_id: UUID, body: ResolutionEntry, work: CurrentWork) -> CaseView:
    """Give the result and say who is liable."""
    return await _view(work, await resolve_complaint(work, case_id=case_id, verdict=body.as_verdict()))


@router.post("/{case_id}/liability-confirmation", operation_id="confirm_liability", summary="确认企业责任")
@needs(Permission.LIABILITY_CONFIRM)
async def confirm(case_id: UUID, work: CurrentWork) -> ResolutionView:
    """Confirm that the company is liable, as another person than the author of the result."""
    return ResolutionView.of(await confirm_liability(work, case_id=case_id))


@router.post("/{case_id}/callbacks", operation_id="record_callback", summary="记录回访")
@needs(Permission.CALLBACK_RECORD)
async def call_back(case_id: UUID, body: CallbackEntry, work: CurrentWork) -> CaseView:
    """Record a try to ask the person how it went (MD-14)."""
    case = await record_callback(
        work,
        case_id=case_id,
        reached=body.reached,
        solved=body.solved,
        score=body.score,
        note=body.note,
    )
    return await _view(work, case)


@router.post("/{case_id}/closure", operation_id="close_complaint", summary="办结投诉")
@needs(Permission.COMPLAINT_RESOLVE)
async def close(case_id: UUID, work: CurrentWork) -> CaseView:
    """End a case, after the callback where one is due."""
    return await _view(work, await close_complaint(work, case_id=case_id))


@router.post("/{case_id}/reopening", operation_id="reopen_complaint", summary="重新办理投诉")
@needs(Permission.COMPLAINT_REOPEN)
async def reopen(case_id: UUID, body: Note, work: CurrentWork) -> CaseView:
    """Take a case up again, once, by another handler (MD-15)."""
    return await _view(work, await reopen_complaint(work, case_id=case_id, reason=body.text))
