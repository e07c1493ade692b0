"""Counting: four statements, each grouped by town, put together town by town."""

from collections import Counter, defaultdict
from datetime import date
from typing import Final

from sqlalchemy import BigInteger, ColumnElement, and_, bindparam, cast, func, select, true

from shared.kernel import Scope, TerritoryCode
from shared.storage import Query, Row, Work, in_scope
from supervision.counts.domain import Figures, TownFigures
from supervision.estate_files.storage.standing import CASE_OVERDUE, ITEM_OVERDUE, ITEM_OWED
from supervision.estate_files.storage.today import MODE, OPERATOR
from supervision.tables import cases, claim_vouchers, claims, estate_profiles, estates, items

__all__ = ["count_towns"]

_TOWN_DIGITS: Final = 9
_town = func.left(estates.c.territory, _TOWN_DIGITS).label("town")
_WITHIN: Final[ColumnElement[bool]] = and_(
    in_scope(estates.c.territory),
    estates.c.territory >= bindparam("low"),
    estates.c.territory < bindparam("high"),
)
_HOUSEHOLDS: Final = estate_profiles.c.households
_SERVED: Final = OPERATOR.c.assignment_id.is_not(None)
_SERVICED: Final = and_(_SERVED, MODE.c.mode != "community_management")
_case_state = cases.c.state
_RESOLVED: Final = _case_state == "resolved"
_VERIFIED: Final = items.c.state == "verified"


def _number(standing: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return func.count().filter(standing).label(name)


def _households(which: ColumnElement[bool], name: str) -> ColumnElement[int]:
    return cast(func.coalesce(func.sum(_HOUSEHOLDS).filter(which), 0), BigInteger).label(name)


_ESTATES: Final = Query(
    select(
        _town,
        func.count().label("estates"),
        _households(true(), "households"),
        *(
            _number(MODE.c.mode == mode, mode)
            for mode in ("standard_property", "quasi_service", "owner_self_rule", "community_management")
        ),
        _households(_SERVED, "served_households"),
        _households(_SERVICED, "serviced_households"),
    )
    .join(estate_profiles, estate_profiles.c.estate_id == estates.c.id)
    .outerjoin(MODE, true())
    .outerjoin(OPERATOR, true())
    .where(_WITHIN)
    .group_by(_town)
)
_COMPLAINTS: Final = Query(
    select(
        _town,
        *(
            _number(_case_state == state, f"complaints_{state}")
            for state in ("received", "accepted", "resolved", "rejected", "merged")
        ),
        _number(and_(_RESOLVED, ~cases.c.late), "complaints_resolved_on_time"),
        _number(CASE_OVERDUE, "complaints_overdue"),
    )
    .join(cases, cases.c.estate_id == estates.c.id)
    .where(_WITHIN)
    .group_by(_town)
)
_ITEMS: Final = Query(
    select(
        _town,
        func.count().label("items"),
        _number(ITEM_OWED, "items_open"),
        _number(ITEM_OVERDUE, "items_overdue"),
        _number(_VERIFIED, "items_verified"),
        _number(and_(_VERIFIED, items.c.on_time), "items_verified_on_time"),
    )
    .join(items, items.c.estate_id == estates.c.id)
    .where(_WITHIN)
    .group_by(_town)
)
_PAID: Final = Query(
    select(_town, cast(func.sum(claim_vouchers.c.amount_fen), BigInteger).label("subsidies_paid_fen"))
    .join(claims, claims.c.estate_id == estates.c.id)
    .join(claim_vouchers, claim_vouchers.c.claim_id == claims.c.id)
    .where(_WITHIN, claim_vouchers.c.kind == "disbursed", claim_vouchers.c.reversed_by.is_(None))
    .group_by(_town)
)


async def count_towns(work: Work, *, territory: TerritoryCode, today: date) -> list[TownFigures]:
    """Count a territory town by town, as it stands on a day; only towns that have an estate.

    Complaints, duties and money that belong to no estate are in no town and are not counted.
    """
    scope = Scope(territory)
    place: dict[str, object] = {"low": scope.low, "high": scope.high}
    rows: list[Row] = await work.fetch_all(_ESTATES, today=today, **place)
    for query in (_COMPLAINTS, _ITEMS, _PAID):
        rows += await work.fetch_all(query, **place)
    return _by_town(rows)


def _by_town(rows: list[Row]) -> list[TownFigures]:
    towns: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for row in rows:
        towns[row["town"]].update({name: number for name, number in row.items() if name != "town"})
    return [TownFigures(territory=town, figures=Figures(**towns[town])) for town in sorted(towns)]
