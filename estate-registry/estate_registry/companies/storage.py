"""Companies by upsert: the two facts about one may come in any order, and an older grade never wins."""

from datetime import date
from typing import Final

from sqlalchemy import bindparam, or_, select
from sqlalchemy.dialects.postgresql import insert

from estate_registry.companies.domain import KnownCompany
from estate_registry.tables import known_companies
from shared.storage import Query, Work

__all__ = ["find_company", "put_grade", "put_name"]

_rows = known_companies.c
_FIND: Final = Query(select(_rows.org, _rows.name, _rows.grade).where(_rows.org == bindparam("org")))

_new = insert(known_companies)
_PUT_NAME: Final = Query(
    _new.values(org=bindparam("org"), name=bindparam("name")).on_conflict_do_update(
        index_elements=["org"], set_={"name": _new.excluded.name}
    )
)
_PUT_GRADE: Final = Query(
    _new.values(
        org=bindparam("org"), grade=bindparam("grade"), graded_on=bindparam("graded_on")
    ).on_conflict_do_update(
        index_elements=["org"],
        set_={"grade": _new.excluded.grade, "graded_on": _new.excluded.graded_on},
        where=or_(_rows.graded_on.is_(None), _rows.graded_on <= _new.excluded.graded_on),
    )
)


async def find_company(work: Work, *, org: str) -> KnownCompany | None:
    """Return a company, if it has been heard of."""
    row = await work.fetch_one(_FIND, org=org)
    return None if row is None else KnownCompany(**dict(row))


async def put_name(work: Work, *, org: str, name: str) -> None:
    """Keep that a company entered."""
    await work.execute(_PUT_NAME, org=org, name=name)


async def put_grade(work: Work, *, org: str, grade: str, on: date) -> None:
    """Keep a company's grade, unless a later one is known."""
    await work.execute(_PUT_GRADE, org=org, grade=grade, graded_on=on)
