"""A unit has the case: it signs, sends it back, reports what it does."""

from uuid import UUID

from dispute_mediation.clocks.rules import rules_for
from dispute_mediation.complaints.commands.clocks import watch_dispatch
from dispute_mediation.complaints.domain import Case
from dispute_mediation.complaints.storage import add_step, load_case, save_case
from dispute_mediation.sight import is_bound
from shared.storage import Work

__all__ = ["report_progress", "return_complaint", "sign_complaint"]


async def sign_complaint(work: Work, *, case_id: UUID) -> Case:
    """Take a case in hand for its host unit; raise NotTheHost, or SameHandler after a reopening."""
    case = await load_case(work, case_id)
    actor = work.actor
    signed = case.sign(person=actor.person, unit=actor.unit, bound_to_unit=is_bound(actor))
    saved = await save_case(work, signed)
    await add_step(work, case_id=case.id, step="signed")
    return saved


async def return_complaint(work: Work, *, case_id: UUID, reason: str) -> Case:
    """Send a case back to whoever assigned it; raise ReturnedTooOften after the third time (MD-04)."""
    case = await load_case(work, case_id)
    rules = await rules_for(work, case.territory)
    returned = case.send_back(
        unit=work.actor.unit,
        bound_to_unit=is_bound(work.actor),
        returns_max=rules.integer("returns_max"),
        dispatch_due_at=rules.working_days("dispatch_wd", start=work.now).at,
    )
    saved = await save_case(work, returned)
    await watch_dispatch(work, saved)
    await add_step(work, case_id=case.id, step="returned", note=reason)
    return saved


async def report_progress(work: Work, *, case_id: UUID, text: str) -> Case:
    """Note what was done so far, or what the company answers; the case stays where it is."""
    case = await load_case(work, case_id)
    case.require_handled()
    await add_step(work, case_id=case.id, step="progress", note=text)
    return case
