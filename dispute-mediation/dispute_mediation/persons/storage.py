"""Persons under seal (Y-03, Y-07), in a table of their own, so that they can be forgotten before the case."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from dispute_mediation.persons.domain import Person
from dispute_mediation.tables import case_persons
from shared.privacy import SealedColumn, platform_sealer
from shared.storage import Query, Work

__all__ = ["SEALED", "load_person", "mark_of", "put_person"]

_ID: Final = case_persons.c.case_id
_NAME: Final = SealedColumn(column=case_persons.c.name, key=_ID, place="complaints.person_name")
_PHONE: Final = SealedColumn(column=case_persons.c.phone, key=_ID, place="complaints.person_phone")
SEALED: Final = (_NAME, _PHONE)
_PUT: Final = Query(insert(case_persons))
_GET: Final = Query(select(case_persons).where(case_persons.c.case_id == bindparam("case_id")))


def mark_of(person: Person) -> str | None:
    """Return a blind mark that the complaints of one phone share, and nobody can turn back into it."""
    return platform_sealer().blind_index(person.phone, context=_PHONE.place) if person.phone else None


async def put_person(work: Work, *, case_id: UUID, person: Person) -> None:
    """Keep a person under seal."""
    await work.put(
        _PUT,
        case_id=case_id,
        name=_NAME.seal(person.name, row=case_id),
        phone=_PHONE.seal(person.phone, row=case_id),
    )


async def load_person(work: Work, *, case_id: UUID) -> Person | None:
    """Open the seal; None when nobody is on record."""
    row = await work.fetch_one(_GET, case_id=case_id)
    if row is None:
        return None
    return Person(
        name=_NAME.open(row["name"], row=case_id),
        phone=_PHONE.open(row["phone"], row=case_id),
    )
