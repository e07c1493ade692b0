"""Estates and operators as estate-registry told of them."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select, update
from sqlalchemy.dialects.postgresql import insert

from dispute_mediation.places.domain import KnownEstate
from dispute_mediation.tables import known_estates, known_operators
from shared.storage import Query, Row, Work

__all__ = [
    "estate_by_code",
    "estate_by_id",
    "operator_on",
    "put_departure",
    "put_estate",
    "put_operator",
    "rename_estate",
]

_BY_ID: Final = Query(select(known_estates).where(known_estates.c.estate_id == bindparam("estate_id")))
_BY_CODE: Final = Query(select(known_estates).where(known_estates.c.code == bindparam("code")))

_estate = insert(known_estates).values(
    estate_id=bindparam("estate_id"),
    code=bindparam("code"),
    estate_name=bindparam("estate_name"),
    territory=bindparam("territory"),
    version=0,
)
# Registered but once; a change that was heard of already is newer than the registration.
_PUT_ESTATE: Final = Query(_estate.on_conflict_do_nothing(index_elements=["estate_id"]))
_RENAME: Final = Query(
    update(known_estates)
    .where(known_estates.c.estate_id == bindparam("key"), known_estates.c.version < bindparam("heard"))
    .values(estate_name=bindparam("estate_name"), version=bindparam("version"))
)

_operator = insert(known_operators).values(
    assignment_id=bindparam("assignment_id"),
    estate_id=bindparam("estate_id"),
    org=bindparam("org"),
    custodian=bindparam("custodian"),
    kind=bindparam("kind"),
    start=bindparam("start"),
    end=bindparam("end"),
    ended_on=bindparam("ended_on"),
)
# What is heard second completes the row: an assignment keeps a departure, a departure the assignment's term.
_PUT_OPERATOR: Final = Query(
    _operator.on_conflict_do_update(
        index_elements=["assignment_id"],
        set_={"start": _operator.excluded.start, "end": _operator.excluded.end},
    )
)
_PUT_DEPARTURE: Final = Query(
    _operator.on_conflict_do_update(
        index_elements=["assignment_id"], set_={"ended_on": _operator.excluded.ended_on}
    )
)
_day = bindparam("day", type_=known_operators.c.start.type)
_last = func.coalesce(known_operators.c.ended_on, known_operators.c.end)
_ON_DAY: Final = Query(
    select(known_operators.c.org)
    .where(
        known_operators.c.estate_id == bindparam("estate_id"),
        known_operators.c.start <= _day,
        or_(_last.is_(None), _last > _day),
    )
    .order_by(known_operators.c.start.desc())
    .limit(1)
)


async def estate_by_id(work: Work, estate_id: UUID) -> KnownEstate | None:
    """Return an estate, if it was told of."""
    return _known(await work.fetch_one(_BY_ID, estate_id=estate_id))


async def estate_by_code(work: Work, code: str) -> KnownEstate | None:
    """Return the estate of a code, if it was told of."""
    return _known(await work.fetch_one(_BY_CODE, code=code))


async def put_estate(work: Work, estate: KnownEstate) -> None:
    """Keep an estate."""
    await work.execute(
        _PUT_ESTATE,
        estate_id=estate.estate_id,
        code=estate.code,
        estate_name=estate.estate_name,
        territory=estate.territory,
    )


async def rename_estate(work: Work, *, estate_id: UUID, estate_name: str, version: int) -> None:
    """Keep the name an estate has since a version; an older version changes nothing."""
    await work.execute(_RENAME, key=estate_id, heard=version, version=version, estate_name=estate_name)


async def put_operator(work: Work, **values: object) -> None:
    """Keep an assignment: its estate, company or custodian, and its days `[start, end)`."""
    await work.execute(_PUT_OPERATOR, ended_on=None, **values)


async def put_departure(work: Work, *, ended_on: date, **values: object) -> None:
    """Keep the day on which an operator left; an assignment not yet heard of has no days until it is."""
    await work.execute(_PUT_DEPARTURE, start=ended_on, end=None, ended_on=ended_on, **values)


async def operator_on(work: Work, *, estate_id: UUID, day: date) -> str | None:
    """Return the company that answers for an estate on a day; None for a custodian or nobody."""
    row = await work.fetch_one(_ON_DAY, estate_id=estate_id, day=day)
    return row["org"] if row else None


def _known(row: Row | None) -> KnownEstate | None:
    if row is None:
        return None
    return KnownEstate(
        estate_id=row["estate_id"],
        code=row["code"],
        estate_name=row["estate_name"],
        territory=row["territory"],
    )
