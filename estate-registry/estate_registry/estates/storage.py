"""Estates as rows: read, locked, inserted, saved with the version they were read at."""

from collections.abc import Collection, Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, Text, Uuid, and_, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from estate_registry.estates.domain import (
    Estate,
    EstateNotFound,
    Operator,
    OperatorKind,
    Profile,
    ServiceMode,
)
from estate_registry.naming.domain import grams
from estate_registry.tables import estate_serials, estates
from shared.kernel import TerritoryCode
from shared.storage import Query, Row, Work, in_scope, insert_rows

__all__ = [
    "estate_of",
    "estates_by_id",
    "estates_by_place",
    "insert_estates",
    "load_estate",
    "lock_estate",
    "lock_serials",
    "save_estate",
    "take_serials",
]

_rows = estates.c
_BY_ID = select(estates).where(_rows.id == bindparam("id"), in_scope(_rows.territory))
_LOAD: Final = Query(_BY_ID)
_LOCK: Final = Query(_BY_ID.with_for_update())
_BY_IDS: Final = Query(
    select(estates).where(
        _rows.id == func.any(bindparam("ids", type_=ARRAY(Uuid))), in_scope(_rows.territory)
    )
)
_wanted = (
    func.unnest(bindparam("towns", type_=ARRAY(Text)), bindparam("names", type_=ARRAY(Text)))
    .table_valued("town", "name_key")
    .render_derived(name="wanted")
)
_BY_PLACE: Final = Query(
    select(estates)
    .join(_wanted, and_(_rows.town == _wanted.c.town, _rows.name_key == _wanted.c.name_key))
    .where(in_scope(_rows.territory))
)
_COLUMNS: Final = tuple(column.name for column in estates.columns)
_INSERT: Final = Query(insert_rows(estates, *_COLUMNS, words={"name_grams"}))
_KEPT: Final = {"id", "code", "territory", "town", "registered_on"}
_SAVE: Final = Query(
    update(estates)
    .where(
        _rows.id == bindparam("estate_id"),
        _rows.version == bindparam("old_version"),
        in_scope(_rows.territory),
    )
    .values(
        {
            column.name: bindparam(f"new_{column.name}")
            for column in estates.columns
            if column.name not in _KEPT
        }
    )
)

_serials = estate_serials.c
_OPEN_TOWNS: Final = Query(insert_rows(estate_serials, "town", "last").on_conflict_do_nothing())
_LOCK_TOWNS: Final = Query(
    select(_serials.town, _serials.last)
    .where(_serials.town == func.any(bindparam("towns", type_=ARRAY(Text))))
    .order_by(_serials.town)
    .with_for_update()
)
_taken = (
    func.unnest(bindparam("towns", type_=ARRAY(Text)), bindparam("counts", type_=ARRAY(Integer)))
    .table_valued("town", "entries")
    .render_derived(name="taken")
)
_TAKE: Final = Query(
    update(estate_serials)
    .where(_serials.town == _taken.c.town)
    .values(last=_serials.last + _taken.c.entries)
    .returning(_serials.town, _serials.last)
)


def estate_of(row: Row) -> Estate:
    """Read a row."""
    return Estate(
        id=row["id"],
        code=row["code"],
        territory=row["territory"],
        profile=_profile_of(row),
        mode=ServiceMode(row["mode"]),
        operator=Operator(
            kind=OperatorKind(row["operator_kind"]),
            org=row["operator_org"],
            custodian=row["operator_custodian"],
        ),
        registered_on=row["registered_on"],
        covered_from=row["covered_from"],
        version=row["version"],
    )


def _profile_of(row: Row) -> Profile:
    return Profile(
        name=row["name"],
        address=row["address"],
        year_built=row["year_built"],
        area_m2x100=row["area_m2x100"],
        buildings=row["buildings"],
        households=row["households"],
        three_no=row["three_no"],
        stated_fee_low_fen=row["stated_fee_low_fen"],
        stated_fee_high_fen=row["stated_fee_high_fen"],
        stated_operator=row["stated_operator"],
    )


def _values(estate: Estate) -> dict[str, object]:
    profile = estate.profile
    return {
        "id": estate.id,
        "code": estate.code,
        "territory": estate.territory,
        "town": estate.town,
        "name": profile.name,
        "name_key": profile.name_key,
        "name_grams": grams(profile.name_key),
        "address": profile.address,
        "address_key": profile.address_key,
        "year_built": profile.year_built,
        "area_m2x100": profile.area_m2x100,
        "buildings": profile.buildings,
        "households": profile.households,
        "three_no": profile.three_no,
        "stated_fee_low_fen": profile.stated_fee_low_fen,
        "stated_fee_high_fen": profile.stated_fee_high_fen,
        "stated_operator": profile.stated_operator,
        "mode": estate.mode.value,
        "operator_kind": estate.operator.kind.value,
        "operator_org": estate.operator.org,
        "operator_custodian": estate.operator.custodian,
        "registered_on": estate.registered_on,
        "covered_from": estate.covered_from,
        "version": estate.version,
    }


async def load_estate(work: Work, *, estate_id: UUID) -> Estate:
    """Return an estate; raise EstateNotFound."""
    return estate_of(await work.load(_LOAD, missing=EstateNotFound, id=estate_id))


async def lock_estate(work: Work, *, estate_id: UUID) -> Estate:
    """Return an estate that nobody else changes until this unit of work ends; raise EstateNotFound."""
    return estate_of(await work.load(_LOCK, missing=EstateNotFound, id=estate_id))


async def estates_by_id(work: Work, ids: Sequence[UUID]) -> dict[UUID, Estate]:
    """Return those of the estates that are in the caller's territory."""
    return {row["id"]: estate_of(row) for row in await work.fetch_all(_BY_IDS, ids=list(ids))}


async def estates_by_place(work: Work, *, places: Collection[tuple[TerritoryCode, str]]) -> list[Estate]:
    """Return the estates that lie in a town and bear a name, given as pairs of code and key."""
    towns, names = [town for town, _ in places], [name for _, name in places]
    return [estate_of(row) for row in await work.fetch_all(_BY_PLACE, towns=towns, names=names)]


async def insert_estates(work: Work, new: Sequence[Estate]) -> None:
    """Insert estates; the caller has asked for their territory."""
    rows = [_values(estate) for estate in new]
    columns = {name: [row[name] for row in rows] for name in _COLUMNS}
    columns["name_grams"] = [" ".join(grams(estate.profile.name_key)) for estate in new]
    await work.execute(_INSERT, **columns)


async def save_estate(work: Work, estate: Estate) -> None:
    """Save the next version of an estate; raise ChangedMeanwhile."""
    changing = {f"new_{name}": value for name, value in _values(estate).items() if name not in _KEPT}
    await work.save(_SAVE, estate_id=estate.id, old_version=estate.version - 1, **changing)


async def lock_serials(work: Work, towns: Sequence[TerritoryCode]) -> None:
    """Let nobody else register in these towns until this unit of work ends."""
    wanted = sorted(set(towns))
    await work.execute(_OPEN_TOWNS, town=wanted, last=[0] * len(wanted))
    await work.fetch_all(_LOCK_TOWNS, towns=wanted)


async def take_serials(work: Work, counts: Mapping[TerritoryCode, int]) -> dict[TerritoryCode, range]:
    """Return so many of the next serial numbers of each town, which `lock_serials` holds."""
    rows = await work.fetch_all(_TAKE, towns=list(counts), counts=list(counts.values()))
    return {row["town"]: range(row["last"] - counts[row["town"]] + 1, row["last"] + 1) for row in rows}
