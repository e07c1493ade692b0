"""What becomes of a case that came in: taken up, refused, handed to a unit."""

from collections.abc import Sequence
from uuid import UUID

from dispute_mediation.clocks.rules import rules_for
from dispute_mediation.complaints.commands.clocks import run_clock, stop_clocks, watch_signature
from dispute_mediation.complaints.domain import Case
from dispute_mediation.complaints.storage import add_step, link, load_case, save_case
from dispute_mediation.complaints.terms import extended_clock, result_clock, sign_due
from dispute_mediation.leaves.storage import leaf_of, require_reason
from dispute_mediation.sight import person_party, unit_party
from dispute_mediation.units.domain import competent_unit, level_of_unit
from shared.contracts.dispute_mediation import ComplaintAccepted, ComplaintRejected
from shared.storage import Work

__all__ = ["accept_complaint", "assign_complaint", "extend_term", "reject_complaint"]


async def accept_complaint(
    work: Work, *, case_id: UUID, leaf_code: str | None = None, host_unit: str | None = None
) -> Case:
    """Take a case up: put its leaf right, name its host unit, start its clock.

    The host is the competent unit of the leaf unless another one is named. Raises LeafUnknown.
    """
    case = await load_case(work, case_id)
    leaf = await leaf_of(work, leaf_code or case.leaf)
    rules = await rules_for(work, case.territory)
    host = host_unit or competent_unit(kind=leaf.lead, territory=case.territory)
    clock = result_clock(case, leaf=leaf, rules=rules, now=work.now)
    decided = case.accept(
        leaf=leaf.code, host_unit=host, level=level_of_unit(host), clock=clock, now=work.now
    )
    accepted = await save_case(work, decided)
    await link(work, case_id=case.id, parties=[unit_party(host)])
    await run_clock(work, accepted, clock=clock, rules=rules)
    work.publish(_accepted(accepted, host=host), about=accepted)
    return accepted


def _accepted(case: Case, *, host: str) -> ComplaintAccepted:
    return ComplaintAccepted.model_validate(
        {
            "case_id": case.id,
            "estate_id": case.estate_id,
            "level": case.level,
            "host_unit": host,
            "due_at": case.due_at,
            "due_provisional": case.due_provisional,
        }
    )


async def reject_complaint(work: Work, *, case_id: UUID, reason: str) -> Case:
    """Refuse a case with a reason of the list (MD-12); raise RejectionReasonUnknown."""
    case = await load_case(work, case_id)
    await require_reason(work, reason)
    rejected = await save_case(work, case.reject(reason=reason))
    await stop_clocks(work, rejected)
    work.publish(ComplaintRejected(case_id=case.id, estate_id=case.estate_id, reason=reason), about=rejected)
    return rejected


async def assign_complaint(
    work: Work,
    *,
    case_id: UUID,
    host_unit: str | None = None,
    assist_units: Sequence[str] | None = None,
    handler: str | None = None,
    is_complex: bool = False,
) -> Case:
    """Hand a case to its host unit and those that assist it; by default those of its leaf (5.1).

    Raises SameHandler when a reopened case would go to its first handler.
    """
    case = await load_case(work, case_id)
    leaf = await leaf_of(work, case.leaf)
    rules = await rules_for(work, case.territory)
    host = host_unit or case.host_unit or competent_unit(kind=leaf.lead, territory=case.territory)
    helpers = assist_units
    if helpers is None:
        helpers = [competent_unit(kind=kind, territory=case.territory) for kind in leaf.assist]
    due_at = sign_due(case, leaf=leaf, rules=rules, now=work.now, is_complex=is_complex)
    decided = case.assign(
        host_unit=host,
        level=level_of_unit(host),
        assist_units=helpers,
        handler=handler,
        sign_due_at=due_at,
    )
    assigned = await save_case(work, decided)
    named = [person_party(handler)] if handler else []
    await link(work, case_id=case.id, parties=[*map(unit_party, (host, *helpers)), *named])
    await watch_signature(work, assigned, due_at=due_at)
    await add_step(work, case_id=case.id, step="assigned", note=host)
    return assigned


async def extend_term(work: Work, *, case_id: UUID, reason: str) -> Case:
    """Give the host more time, once and before the term has run out (MD-05)."""
    case = await load_case(work, case_id)
    rules = await rules_for(work, case.territory)
    clock = extended_clock(case, rules=rules, now=work.now)
    longer = case.extend(clock=clock, now=work.now, extensions_max=rules.integer("extensions_max"))
    extended = await save_case(work, longer)
    await run_clock(work, extended, clock=clock, rules=rules)
    await add_step(work, case_id=case.id, step="extended", note=reason)
    return extended
