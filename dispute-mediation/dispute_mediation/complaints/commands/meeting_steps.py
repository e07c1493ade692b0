"""What a joint meeting does to its cases: it takes them from their handlers and gives them back."""

from collections.abc import Sequence
from uuid import UUID

from dispute_mediation.complaints.commands.clocks import stop_dispatch_clocks
from dispute_mediation.complaints.domain import Case, State
from dispute_mediation.complaints.storage import find_case, link, save_case
from dispute_mediation.sight import org_party, unit_party
from dispute_mediation.units.domain import is_unit_code
from shared.storage import Work

__all__ = ["call_to_meeting", "resume_cases"]


async def call_to_meeting(work: Work, case: Case, *, units: Sequence[str], parties: Sequence[str]) -> Case:
    """Lay a case before a joint meeting; those who are called may see it."""
    called = await save_case(work, case.call_to_meeting())
    await stop_dispatch_clocks(work, called)
    await link(work, case_id=case.id, parties=[*map(unit_party, units), *map(_party, parties)])
    return called


async def resume_cases(work: Work, *, case_ids: Sequence[UUID]) -> None:
    """Give the cases that still lie before the meeting back to their handlers."""
    for case_id in case_ids:
        case = await find_case(work, case_id)
        if case is not None and case.state is State.JOINT_MEETING:
            await save_case(work, case.resume())


def _party(name: str) -> str:
    """Name a party that was called: a unit by its code, a company by its own."""
    return unit_party(name) if is_unit_code(name) else org_party(name)
