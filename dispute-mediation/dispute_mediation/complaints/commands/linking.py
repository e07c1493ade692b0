"""What estate-registry tells later is put into the cases that waited for it."""

from dataclasses import replace
from uuid import UUID

from dispute_mediation.complaints.domain import Case
from dispute_mediation.complaints.storage import (
    add_step,
    cases_waiting_for,
    cut_link,
    link,
    open_cases_of_estate,
    save_case,
)
from dispute_mediation.places.domain import KnownEstate
from dispute_mediation.places.queries import place_of_estate
from dispute_mediation.places.storage import operator_on
from dispute_mediation.sight import org_party
from shared.storage import Work

__all__ = ["link_cases", "rename_operators"]


async def link_cases(work: Work, *, estate: KnownEstate) -> None:
    """Link the cases that named an estate before it was told of."""
    for case in await cases_waiting_for(work, estate_id=estate.estate_id, code=estate.code):
        place = await place_of_estate(work, estate, day=case.received_on)
        linked = replace(
            case,
            estate_id=place.estate_id,
            estate_code=place.estate_code,
            estate_known=True,
            territory=place.territory,
        )
        await _name_operator(work, linked, org=place.org)
        await add_step(work, case_id=case.id, step="linked_to_estate", note=estate.estate_name)


async def rename_operators(work: Work, *, estate_id: UUID) -> None:
    """Put right which company answers for the open cases of an estate, each by the day it came in."""
    waiting = await open_cases_of_estate(work, estate_id=estate_id)
    days = {case.received_on for case in waiting}
    operators = {day: await operator_on(work, estate_id=estate_id, day=day) for day in days}
    for case in waiting:
        if operators[case.received_on] != case.org:
            await _name_operator(work, case, org=operators[case.received_on])


async def _name_operator(work: Work, case: Case, *, org: str | None) -> None:
    if case.org is not None and case.org != org:
        await cut_link(work, case_id=case.id, party=org_party(case.org))
    await save_case(work, replace(case, org=org))
    if org is not None:
        await link(work, case_id=case.id, parties=[org_party(org)])
