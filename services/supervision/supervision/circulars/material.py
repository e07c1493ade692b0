"""What a circular is drawn from, read from the counts and the estate files."""

from collections.abc import Iterable
from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select

from shared.kernel import TerritoryCode, local_date
from shared.storage import Query, Work
from supervision.circulars.domain import Finding, Material, Span
from supervision.circulars.terms import criticised_stages
from supervision.counts.storage import count_towns
from supervision.estate_files.storage.standing import ITEM_OVERDUE
from supervision.tables import companies, items, supervised_units

__all__ = ["gather"]

_item = items.c
# A duty is the unit's in whose code the territory is, wherever the estate lies.
_OVERDUE: Final = Query(
    select(_item.id, _item.estate_id, _item.unit, _item.org, _item.stage, _item.due_at)
    .where(
        ITEM_OVERDUE,
        _item.unit >= bindparam("low"),
        _item.unit < bindparam("high"),
        _item.stage == any_(bindparam("stages", type_=ARRAY(Text))),
    )
    .order_by(_item.unit, _item.id)
)
# A unit is `<territory>:<kind>`; this sorts after the colon and after every digit.
_AFTER_UNITS: Final = ";"
_CODES: Final = any_(bindparam("codes", type_=ARRAY(Text)))
_NAMES: Final = Query(
    select(supervised_units.c.unit.label("code"), supervised_units.c.name)
    .where(supervised_units.c.unit == _CODES)
    .union_all(
        select(companies.c.org, companies.c.name).where(
            companies.c.org == _CODES, companies.c.name.is_not(None)
        )
    )
)


async def gather(work: Work, *, territory: TerritoryCode, span: Span) -> Material:
    """Return figures and findings of a district as they stand today, and the names they need."""
    today = local_date(work.now)
    towns = await count_towns(work, territory=territory, today=today)
    findings = await _findings(work, territory=territory)
    codes = {f"{town.territory}:town" for town in towns}
    codes |= {code for finding in findings for code in (finding.unit, finding.org) if code}
    names = await _names(work, codes)
    return Material(as_of=today, span=span, towns=towns, findings=findings, names=names)


async def _findings(work: Work, *, territory: TerritoryCode) -> list[Finding]:
    stages = await criticised_stages(work, territory=territory)
    rows = await work.fetch_all(_OVERDUE, low=territory, high=territory + _AFTER_UNITS, stages=stages)
    return [
        Finding(
            item_id=row["id"],
            estate_id=row["estate_id"],
            unit=row["unit"],
            org=row["org"],
            stage=row["stage"],
            due_at=row["due_at"],
        )
        for row in rows
    ]


async def _names(work: Work, codes: Iterable[str]) -> dict[str, str]:
    return {row["code"]: row["name"] for row in await work.fetch_all(_NAMES, codes=list(codes))}
