"""One case with all that belongs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from dispute_mediation.clocks.rules import rules_for
from dispute_mediation.complaints.domain import Callback, Case, CaseNotFound, Resolution, Step
from dispute_mediation.complaints.queries.listing import case_row
from dispute_mediation.complaints.queries.persons import masked_person
from dispute_mediation.complaints.storage import (
    case_from,
    load_callbacks,
    load_resolutions,
    load_statement,
)
from dispute_mediation.persons.domain import Person
from shared.storage import Row, Work

__all__ = ["Whole", "actions_for", "whole_case"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Whole:
    """A case, what was written, by whom (masked), what came of it, and what can be done now."""

    row: Row
    case: Case
    statement: Row
    person: Person | None
    resolutions: Sequence[Resolution]
    callbacks: Sequence[Callback]
    actions: Sequence[Step]


async def whole_case(work: Work, case_id: UUID, *, own: bool = False) -> Whole:
    """Return a case within the caller's sight; `own` narrows that to what the caller filed.

    Raises CaseNotFound.
    """
    row = await case_row(work, case_id)
    statement = await load_statement(work, case_id=case_id)
    if row is None or statement is None or (own and row["filed_by"] != work.actor.person):
        raise CaseNotFound
    case = case_from(row)
    return Whole(
        row=row,
        case=case,
        statement=statement,
        person=await masked_person(work, case),
        resolutions=await load_resolutions(work, case_id=case_id),
        callbacks=await load_callbacks(work, case_id=case_id),
        actions=await actions_for(work, case),
    )


async def actions_for(work: Work, case: Case) -> list[Step]:
    """Return what can be done with a case now."""
    rules = await rules_for(work, case.territory)
    return case.allowed_actions(reopenings=rules.integer("reopen_max"))
