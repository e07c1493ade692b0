"""The end of a case: result, liability, callback, closing, and the one reopening."""

from uuid import UUID

from dispute_mediation.clocks.domain import working_days_between
from dispute_mediation.clocks.rules import Rules, rules_for
from dispute_mediation.complaints.commands.clocks import run_clock, stop_clocks, watch_signature
from dispute_mediation.complaints.domain import (
    Callback,
    Case,
    Channel,
    Resolution,
    Verdict,
    callback_is_drawn,
    evidence_hash,
    find_liability,
)
from dispute_mediation.complaints.storage import (
    add_step,
    insert_callback,
    insert_resolution,
    load_case,
    load_resolutions,
    save_case,
    save_confirmation,
)
from dispute_mediation.complaints.terms import reopened_clock, sign_due
from dispute_mediation.leaves.storage import leaf_of
from shared.contracts.dispute_mediation import (
    CallbackCompleted,
    ComplaintLiabilityConfirmed,
    ComplaintResolved,
)
from shared.kernel import local_date
from shared.storage import Work

__all__ = [
    "close_complaint",
    "confirm_liability",
    "record_callback",
    "reopen_complaint",
    "resolve_complaint",
]


async def resolve_complaint(work: Work, *, case_id: UUID, verdict: Verdict) -> Case:
    """Give the result and who is liable; raise LiableCompanyNotNamed where a company is and none is known."""
    case = await load_case(work, case_id)
    rules = await rules_for(work, case.territory)
    due = rules.working_days("callback_wd", start=work.now).at if _is_drawn(case, rules) else None
    resolved = await save_case(work, case.resolve(callback_due_at=due))
    resolution = _resolution(case, verdict=find_liability(verdict, operator=case.org), work=work, rules=rules)
    await insert_resolution(work, resolution)
    await stop_clocks(work, resolved)
    work.publish(_resolved(resolved, resolution), about=resolved)
    return resolved


def _is_drawn(case: Case, rules: Rules) -> bool:
    share = "callback.hotline_percent" if case.channel is Channel.HOTLINE else "callback.others_percent"
    return callback_is_drawn(case.id, percent=rules.integer(share))


def _resolution(case: Case, *, verdict: Verdict, work: Work, rules: Rules) -> Resolution:
    accepted_on = local_date(case.accepted_at or case.received_at)
    return Resolution(
        case_id=case.id,
        round=case.round,
        verdict=verdict,
        evidence_hash=evidence_hash(verdict, case_no=case.case_no),
        days=working_days_between(accepted_on, rules.day, calendar=rules.calendar),
        resolved_by=work.actor.person,
        resolved_at=work.now,
    )


def _resolved(case: Case, resolution: Resolution) -> ComplaintResolved:
    verdict = resolution.verdict
    return ComplaintResolved(
        case_id=case.id,
        estate_id=case.estate_id,
        result=verdict.result.value,
        liability=verdict.liability.value,
        org=verdict.org,
        days=resolution.days,
    )


async def confirm_liability(work: Work, *, case_id: UUID) -> Resolution:
    """Confirm that the company is liable; another person than the author of the result does.

    Raises NoCompanyLiable, LiabilityConfirmedBefore, SamePersonConfirms.
    """
    case = await load_case(work, case_id)
    results = await load_resolutions(work, case_id=case_id)
    case.require_resolved()
    latest = results[-1]
    confirmed = latest.confirm(
        person=work.actor.person,
        now=work.now,
        confirmed_before=any(result.confirmed_at is not None for result in results),
    )
    await save_confirmation(work, confirmed)
    # The view of the case shows the confirmation, so its version moves.
    saved = await save_case(work, case)
    work.publish(_confirmed(saved, confirmed), about=saved)
    return confirmed


def _confirmed(case: Case, resolution: Resolution) -> ComplaintLiabilityConfirmed:
    return ComplaintLiabilityConfirmed.model_validate(
        {
            "case_id": case.id,
            "estate_id": case.estate_id,
            "org": resolution.verdict.org,
            "leaf": case.leaf,
            "degree": resolution.verdict.degree,
            "evidence_hash": resolution.evidence_hash,
            "confirmed_at": resolution.confirmed_at,
        }
    )


async def record_callback(
    work: Work, *, case_id: UUID, reached: bool, solved: bool | None, score: int | None, note: str | None
) -> Case:
    """Record a try to ask the person; when reached, or after the last try, the callback is done (MD-14)."""
    case = await load_case(work, case_id)
    rules = await rules_for(work, case.territory)
    called = await save_case(
        work, case.call_back(reached=reached, tries_max=rules.integer("callback.tries_max"))
    )
    callback = Callback(
        case_id=case.id,
        round=case.round,
        try_no=called.callback_tries,
        reached=reached,
        solved=solved if reached else None,
        score=score if reached else None,
        note=note,
        person=work.actor.person,
        at=work.now,
    )
    await insert_callback(work, callback)
    if called.state is case.state:
        await add_step(work, case_id=case.id, step="callback_tried", note=note)
        return called
    work.publish(_called_back(called, callback), about=called)
    return called


def _called_back(case: Case, callback: Callback) -> CallbackCompleted:
    return CallbackCompleted(
        case_id=case.id,
        estate_id=case.estate_id,
        reached=callback.reached,
        solved=callback.solved,
        score=callback.score,
    )


async def close_complaint(work: Work, *, case_id: UUID) -> Case:
    """End a case; raise CallbackOutstanding while the person has yet to be asked."""
    case = await load_case(work, case_id)
    rules = await rules_for(work, case.territory)
    closed = case.close(now=work.now, tries_max=rules.integer("callback.tries_max"))
    saved = await save_case(work, closed)
    await add_step(work, case_id=case.id, step="closed")
    return saved


async def reopen_complaint(work: Work, *, case_id: UUID, reason: str) -> Case:
    """Take a case up again, once, by another handler and with more time (MD-15)."""
    case = await load_case(work, case_id)
    rules = await rules_for(work, case.territory)
    results = await load_resolutions(work, case_id=case_id)
    clock = reopened_clock(rules=rules, now=work.now)
    due_at = sign_due(case, leaf=await leaf_of(work, case.leaf), rules=rules, now=work.now)
    reopened = case.reopen(
        former_handler=case.handler or results[-1].resolved_by,
        clock=clock,
        sign_due_at=due_at,
        reopenings=rules.integer("reopen_max"),
    )
    saved = await save_case(work, reopened)
    await watch_signature(work, saved, due_at=due_at)
    await run_clock(work, saved, clock=clock, rules=rules)
    await add_step(work, case_id=case.id, step="reopened", note=reason)
    return saved
