"""The operator timeline of an estate as rows. The database refuses overlap and gap."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from estate_registry.estates.domain import Operator, OperatorKind
from estate_registry.operators.domain import Assigned, OperatorTimeline
from estate_registry.tables import operator_assignments
from estate_registry.timelines.domain import Changes, Spell, Timeline
from shared.kernel import Period
from shared.storage import Query, Row, Work, columns_of, insert_rows

__all__ = ["insert_assignments", "load_operators", "spell_of", "store_operators"]

_rows = operator_assignments.c
_OF_ESTATE: Final = Query(
    select(operator_assignments).where(_rows.estate_id == bindparam("of_estate")).order_by(_rows.starts_on)
)
_COLUMNS: Final = (
    *("id", "estate_id", "kind", "org", "custodian", "contract_id"),
    *("starts_on", "ends_on", "reason"),
)
_INSERT: Final = Query(insert_rows(operator_assignments, *_COLUMNS))
_MOVE: Final = Query(
    update(operator_assignments)
    .where(_rows.id == bindparam("spell_id"))
    .values(starts_on=bindparam("starts"), ends_on=bindparam("ends"))
)
_REMOVE: Final = Query(delete(operator_assignments).where(_rows.id == bindparam("spell_id")))


async def load_operators(work: Work, *, estate_id: UUID) -> OperatorTimeline:
    """Return the timeline of an estate that the caller has loaded."""
    return Timeline(tuple(map(spell_of, await work.fetch_all(_OF_ESTATE, of_estate=estate_id))))


async def insert_assignments(work: Work, spells: Iterable[tuple[UUID, Spell[Assigned]]]) -> None:
    """Insert spells, each with the id of its estate."""
    rows = [_values(estate_id, spell) for estate_id, spell in spells]
    await work.execute(_INSERT, **columns_of(_COLUMNS, rows))


async def store_operators(work: Work, *, estate_id: UUID, changes: Changes[Assigned]) -> None:
    """Store what changed: first what gives way, then what takes its place."""
    await work.execute_many(_REMOVE, [{"spell_id": spell.id} for spell in changes.removed])
    for spell in changes.moved:
        await work.execute(_MOVE, spell_id=spell.id, starts=spell.period.start, ends=spell.period.end)
    await insert_assignments(work, [(estate_id, spell) for spell in changes.added])


def spell_of(row: Row) -> Spell[Assigned]:
    """Read a row."""
    operator = Operator(
        kind=OperatorKind(row["kind"]),
        org=row["org"],
        custodian=row["custodian"],
        contract_id=row["contract_id"],
    )
    assigned = Assigned(operator=operator, reason=row["reason"])
    return Spell(id=row["id"], period=Period(row["starts_on"], row["ends_on"]), value=assigned)


def _values(estate_id: UUID, spell: Spell[Assigned]) -> tuple[object, ...]:
    operator, period = spell.value.operator, spell.period
    who = (operator.kind.value, operator.org, operator.custodian, operator.contract_id)
    return spell.id, estate_id, *who, period.start, period.end, spell.value.reason
