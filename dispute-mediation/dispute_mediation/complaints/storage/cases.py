"""A case in the database: read within the caller's sight, saved at the version that was read."""

from collections.abc import Awaitable, Callable
from dataclasses import fields, replace
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from dispute_mediation.complaints.domain import (
    OPEN,
    Case,
    CaseNotFound,
    Channel,
    Kind,
    State,
    Urgency,
)
from dispute_mediation.sight import sees_territory, sight, visible_case
from dispute_mediation.tables import among, cases
from shared.storage import Query, Row, Work, in_scope

__all__ = [
    "case_from",
    "cases_waiting_for",
    "find_case",
    "insert_case",
    "load_case",
    "load_master",
    "open_cases_of_estate",
    "order_is_known",
    "save_case",
]

_COLUMNS: Final = tuple(field.name for field in fields(Case))
_FIXED: Final = frozenset({"id", "case_no", "version", "filed_by", "channel", "received_at", "received_on"})
_CHANGING: Final = tuple(name for name in _COLUMNS if name not in _FIXED)
_ENUMS: Final = {"state": State, "channel": Channel, "kind": Kind, "urgency": Urgency}

_seen = visible_case(cases, cases.c.id)
_in_territory = in_scope(cases.c.territory)
_GET: Final = Query(select(cases).where(cases.c.id == bindparam("id"), _seen))
# Most look at what lies in their own territory. With the way through links in it PostgreSQL finds it cheaper
# to plan the statement anew each time than to keep a plan for all values; and planning takes the most time.
_GET_OWN: Final = Query(select(cases).where(cases.c.id == bindparam("id"), _in_territory))
_PUT: Final = Query(insert(cases))
_save = (
    update(cases)
    .where(cases.c.id == bindparam("key"), cases.c.version == bindparam("read_version"))
    .values(version=bindparam("version"), **{name: bindparam(name) for name in _CHANGING})
)
_SAVE: Final = Query(_save.where(_seen))
_SAVE_OWN: Final = Query(_save.where(_in_territory))
_ORDER: Final = Query(
    select(cases.c.id).where(cases.c.order_no == bindparam("order_no"), in_scope(cases.c.territory))
)
_WAITING: Final = Query(
    select(cases).where(
        # As the partial index says it.
        ~cases.c.estate_known,
        (cases.c.estate_code == bindparam("code")) | (cases.c.estate_id == bindparam("estate_id")),
        in_scope(cases.c.territory),
    )
)
_OPEN_OF_ESTATE: Final = Query(
    select(cases).where(
        cases.c.estate_id == bindparam("estate_id"),
        cases.c.estate_known.is_(True),
        among(cases.c.state, OPEN),
        in_scope(cases.c.territory),
    )
)


async def load_case(work: Work, case_id: UUID) -> Case:
    """Return the case a command is about; raise CaseNotFound, or PreconditionFailed by If-Match."""
    row = await _row_of(work, case_id, fetch=work.find)
    if row is None:
        raise CaseNotFound(id=case_id)
    return case_from(row)


async def load_master(work: Work, case_id: UUID) -> Case:
    """Return the case that a rule, not the person, has found within the territory."""
    return case_from(await work.load(_GET_OWN, missing=CaseNotFound, id=case_id))


async def find_case(work: Work, case_id: UUID) -> Case | None:
    """Return a case, if it is there and the caller may see it."""
    row = await _row_of(work, case_id, fetch=work.fetch_one)
    return case_from(row) if row else None


async def _row_of(work: Work, case_id: UUID, *, fetch: Callable[..., Awaitable[Row | None]]) -> Row | None:
    row = await fetch(_GET_OWN, id=case_id) if sees_territory(work.actor) else None
    return row or await fetch(_GET, id=case_id, **await sight(work))


async def insert_case(work: Work, case: Case) -> None:
    """Write a new case."""
    await work.put(_PUT, **_row(case))


async def save_case(work: Work, case: Case, *, by_rule: bool = False) -> Case:
    """Write what changed; raise ChangedMeanwhile when someone else wrote since it was read.

    `by_rule` says that a rule found the case within the territory, whoever brought it about.
    """
    saved = replace(case, version=case.version + 1)
    values = _row(saved)
    own = (by_rule or sees_territory(work.actor)) and work.scope.covers(case.territory)
    await work.save(
        _SAVE_OWN if own else _SAVE,
        key=case.id,
        read_version=case.version,
        version=saved.version,
        **{name: values[name] for name in _CHANGING},
        **({} if own else await sight(work)),
    )
    return saved


async def order_is_known(work: Work, order_no: str) -> bool:
    """Say whether a 12345 order is a case already."""
    return await work.fetch_one(_ORDER, order_no=order_no) is not None


async def cases_waiting_for(work: Work, *, estate_id: UUID, code: str) -> list[Case]:
    """Return the cases that wait for this estate to be told of."""
    return [case_from(row) for row in await work.fetch_all(_WAITING, estate_id=estate_id, code=code)]


async def open_cases_of_estate(work: Work, *, estate_id: UUID) -> list[Case]:
    """Return the cases of an estate whose result is still owed."""
    return [case_from(row) for row in await work.fetch_all(_OPEN_OF_ESTATE, estate_id=estate_id)]


def case_from(row: Row) -> Case:
    """Return the case of a row."""
    values = {name: row[name] for name in _COLUMNS}
    return Case(**{**values, **{name: kind(values[name]) for name, kind in _ENUMS.items()}})


def _row(case: Case) -> dict[str, object]:
    return {name: getattr(case, name) for name in _COLUMNS} | {"assist_units": list(case.assist_units)}
