"""Persons under seal (Y-03, Y-07), in a table of their own, so that they can be forgotten before the case."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from dispute_mediation.persons.domain import Person
from dispute_mediation.tables import case_persons
from shared.privacy import platform_sealer
from shared.storage import Query, Work

__all__ = ["load_person", "mark_of", "put_person"]

_NAME: Final = "complaints.person_name"
_PHONE: Final = "complaints.person_phone"
_PUT: Final = Query(insert(case_persons))
_GET: Final = Query(select(case_persons).where(case_persons.c.case_id == bindparam("case_id")))


def mark_of(person: Person) -> str | None:
    """Return a blind mark that the complaints of one phone share, and nobody can turn back into it."""
    return platform_sealer().blind_index(person.phone, context=_PHONE) if person.phone else None


async def put_person(work: Work, *, case_id: UUID, person: Person) -> None:
    """Keep a person under seal."""
    await work.execute(
        _PUT,
        case_id=case_id,
        name=_sealed(person.name, place=_NAME, case_id=case_id),
        phone=_sealed(person.phone, place=_PHONE, case_id=case_id),
    )


async def load_person(work: Work, *, case_id: UUID) -> Person | None:
    """Open the seal; None when nobody is on record."""
    row = await work.fetch_one(_GET, case_id=case_id)
    if row is None:
        return None
    return Person(
        name=_opened(row["name"], place=_NAME, case_id=case_id),
        phone=_opened(row["phone"], place=_PHONE, case_id=case_id),
    )


def _sealed(text: str | None, *, place: str, case_id: UUID) -> str | None:
    """Seal for one column of one case: copied to another, it does not open."""
    return platform_sealer().seal(text, context=f"{place}/{case_id}") if text else None


def _opened(text: str | None, *, place: str, case_id: UUID) -> str | None:
    return platform_sealer().open(text, context=f"{place}/{case_id}") if text else None
