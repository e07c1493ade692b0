"""Schemes in the database. A loaded version never changes, so it is read once and kept in memory."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import asdict, fields
from datetime import date
from typing import Final

from sqlalchemy import bindparam, insert, select

from credit_rating.schemes.domain import Cut, Scheme, SchemeItem, SchemeNotFound, Value
from credit_rating.tables import scheme_cuts, scheme_items, scheme_values, schemes
from shared.storage import Query, Row, Work

__all__ = ["add_scheme", "scheme_exists", "scheme_in_force", "scheme_of"]

_GET: Final = Query(select(schemes).where(schemes.c.version == bindparam("version")))
_IN_FORCE: Final = Query(
    select(schemes.c.version)
    .where(schemes.c.in_force_from <= bindparam("on"))
    .order_by(schemes.c.in_force_from.desc(), schemes.c.loaded_at.desc())
    .limit(1)
)
_CUTS: Final = Query(
    select(scheme_cuts)
    .where(scheme_cuts.c.scheme == bindparam("version"))
    .order_by(scheme_cuts.c.at_least_tenths.desc())
)
_ITEMS: Final = Query(
    select(scheme_items).where(scheme_items.c.scheme == bindparam("version")).order_by(scheme_items.c.place)
)
_VALUES: Final = Query(
    select(scheme_values)
    .where(scheme_values.c.scheme == bindparam("version"))
    .order_by(scheme_values.c.code, scheme_values.c.place)
)
_ADD: Final = Query(insert(schemes))
_ADD_CUT: Final = Query(insert(scheme_cuts))
_ADD_ITEM: Final = Query(insert(scheme_items))
_ADD_VALUE: Final = Query(insert(scheme_values))

_HEADER: Final = tuple(field.name for field in fields(Scheme) if field.name not in {"cuts", "items"})
_OF_ITEM: Final = tuple(field.name for field in fields(SchemeItem) if field.name != "values")


async def scheme_exists(work: Work, *, version: str) -> bool:
    """Say whether a version is loaded."""
    return await work.fetch_one(_GET, version=version) is not None


async def scheme_in_force(work: Work, *, on: date) -> Scheme | None:
    """Return the scheme in force on a day: of those that have begun, the one that began last."""
    row = await work.fetch_one(_IN_FORCE, on=on)
    return None if row is None else await scheme_of(work, version=row["version"])


async def scheme_of(work: Work, *, version: str) -> Scheme:
    """Return a version whole; raise SchemeNotFound."""
    place = f"credit_rating.scheme.{version}"
    kept = work.memory.get(place)
    if isinstance(kept, Scheme):
        return kept
    scheme = await _read(work, version=version)
    work.memory[place] = scheme
    return scheme


async def add_scheme(work: Work, scheme: Scheme) -> None:
    """Keep a new version."""
    version = scheme.version
    header = {name: getattr(scheme, name) for name in _HEADER} | {
        "repeat_factors_tenths": list(scheme.repeat_factors_tenths),
        "loaded_at": work.now,
        "loaded_by": work.actor.person,
    }
    await work.execute(_ADD, **header)
    await work.execute_many(_ADD_CUT, [{"scheme": version, **cut._asdict()} for cut in scheme.cuts])
    await work.execute_many(_ADD_ITEM, _item_rows(scheme))
    await work.execute_many(_ADD_VALUE, _value_rows(scheme))


def _item_rows(scheme: Scheme) -> Iterable[dict[str, object]]:
    for place, item in enumerate(scheme.items):
        of_item = {name: getattr(item, name) for name in _OF_ITEM} | {"recorders": list(item.recorders)}
        yield {"scheme": scheme.version, "place": place, **of_item}


def _value_rows(scheme: Scheme) -> Iterable[dict[str, object]]:
    for item in scheme.items:
        for place, value in enumerate(item.values):
            yield {"scheme": scheme.version, "code": item.code, "place": place, **asdict(value)}


async def _read(work: Work, *, version: str) -> Scheme:
    header = await work.fetch_one(_GET, version=version)
    if header is None:
        raise SchemeNotFound(version=version)
    values: defaultdict[str, list[Value]] = defaultdict(list)
    for row in await work.fetch_all(_VALUES, version=version):
        values[row["code"]].append(_value_of(row))
    cuts = await work.fetch_all(_CUTS, version=version)
    items = await work.fetch_all(_ITEMS, version=version)
    return Scheme(
        **{name: header[name] for name in _HEADER if name != "repeat_factors_tenths"},
        repeat_factors_tenths=tuple(header["repeat_factors_tenths"]),
        cuts=tuple(Cut(row["grade"], row["at_least_tenths"]) for row in cuts),
        items=tuple(_item_of(row, values[row["code"]]) for row in items),
    )


def _value_of(row: Row) -> Value:
    return Value(**{name.name: row[name.name] for name in fields(Value)})


def _item_of(row: Row, values: Iterable[Value]) -> SchemeItem:
    of_item = {name: row[name] for name in _OF_ITEM} | {"recorders": tuple(row["recorders"])}
    return SchemeItem(**of_item, values=tuple(values))
