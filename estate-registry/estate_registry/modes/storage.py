"""The mode timeline of an estate as rows. The database refuses overlap and gap."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, select, update

from estate_registry.estates.domain import ServiceMode
from estate_registry.modes.domain import ModeTimeline, Served
from estate_registry.tables import estate_modes
from estate_registry.timelines.domain import Changes, Spell, Timeline
from shared.kernel import Period
from shared.storage import Query, Row, Work, columns_of, insert_rows

__all__ = ["insert_modes", "load_modes", "store_modes"]

_rows = estate_modes.c
_OF_ESTATE: Final = Query(
    select(estate_modes).where(_rows.estate_id == bindparam("of_estate")).order_by(_rows.starts_on)
)
_COLUMNS: Final = ("id", "estate_id", "mode", "reason", "starts_on", "ends_on")
_INSERT: Final = Query(insert_rows(estate_modes, *_COLUMNS))
_MOVE: Final = Query(
    update(estate_modes)
    .where(_rows.id == bindparam("spell_id"))
    .values(starts_on=bindparam("starts"), ends_on=bindparam("ends"))
)
_REMOVE: Final = Query(delete(estate_modes).where(_rows.id == bindparam("spell_id")))


async def load_modes(work: Work, *, estate_id: UUID) -> ModeTimeline:
    """Return the timeline of an estate that the caller has loaded."""
    return Timeline(tuple(map(_spell_of, await work.fetch_all(_OF_ESTATE, of_estate=estate_id))))


async def insert_modes(work: Work, spells: Iterable[tuple[UUID, Spell[Served]]]) -> None:
    """Insert spells, each with the id of its estate."""
    rows = [_values(estate_id, spell) for estate_id, spell in spells]
    await work.execute(_INSERT, **columns_of(_COLUMNS, rows))


async def store_modes(work: Work, *, estate_id: UUID, changes: Changes[Served]) -> None:
    """Store what changed: first what gives way, then what takes its place."""
    await work.execute_many(_REMOVE, [{"spell_id": spell.id} for spell in changes.removed])
    for spell in changes.moved:
        await work.execute(_MOVE, spell_id=spell.id, starts=spell.period.start, ends=spell.period.end)
    await insert_modes(work, [(estate_id, spell) for spell in changes.added])


def _spell_of(row: Row) -> Spell[Served]:
    served = Served(mode=ServiceMode(row["mode"]), reason=row["reason"])
    return Spell(id=row["id"], period=Period(row["starts_on"], row["ends_on"]), value=served)


def _values(estate_id: UUID, spell: Spell[Served]) -> tuple[object, ...]:
    served, period = spell.value, spell.period
    return spell.id, estate_id, served.mode.value, served.reason, period.start, period.end
