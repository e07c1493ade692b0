"""Estates for screens and lists. Open data: no person is named."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cache
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, and_, bindparam, select, tuple_
from sqlalchemy.dialects.postgresql import ARRAY

from estate_registry.estates.domain import Estate, OperatorKind, ServiceMode
from estate_registry.estates.storage import estate_of, load_estate
from estate_registry.naming.domain import grams, name_key
from estate_registry.tables import estates
from shared.kernel import Scope, TerritoryCode
from shared.storage import Query, Row, Work, in_scope
from shared.web import Page, PageRequest, View

__all__ = ["EstateFilters", "EstateView", "OperatorView", "list_estates", "the_estate"]

_rows = estates.c


class OperatorView(View):
    """Who answers for an estate: a company by `org`, anyone else by the code of a unit."""

    kind: OperatorKind
    org: str | None
    custodian: str | None


class EstateView(View):
    """An estate as it is today. Area in 0.01 m²; a count or an area of 0 is not known.

    `stated_fee_low_fen` and `stated_fee_high_fen` (fen per m² and month) and `stated_operator` are what an
    imported list said. Mode and operator are on record from `covered_from` on.
    """

    id: UUID
    code: str
    territory: str
    name: str
    address: str
    year_built: int | None
    area_m2x100: int
    buildings: int
    households: int
    three_no: bool
    stated_fee_low_fen: int | None
    stated_fee_high_fen: int | None
    stated_operator: str | None
    mode: ServiceMode
    operator: OperatorView
    registered_on: date
    covered_from: date
    version: int

    @classmethod
    def of(cls, estate: Estate) -> "EstateView":
        """Return the view of an estate."""
        return cls(
            id=estate.id,
            code=estate.code,
            territory=estate.territory,
            mode=estate.mode,
            operator=OperatorView.model_validate(estate.operator),
            registered_on=estate.registered_on,
            covered_from=estate.covered_from,
            version=estate.version,
            **asdict(estate.profile),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class EstateFilters:
    """What a list is narrowed to; None does not narrow. `name` is a part of the name."""

    territory: TerritoryCode | None = None
    name: str | None = None
    code: str | None = None
    mode: ServiceMode | None = None
    operator_kind: OperatorKind | None = None
    org: str | None = None
    three_no: bool | None = None

    def given(self) -> dict[str, object]:
        """Return the filters that narrow."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def values(self) -> dict[str, object]:
        """Return the values of the statement that `_listing` makes for these filters."""
        given = self.given()
        if self.territory is not None:
            scope = Scope(self.territory)
            given |= {"territory": scope.low, "territory_high": scope.high}
        if self.name is not None:
            key = name_key(self.name)
            given |= {"name": key, "grams": grams(key)}
        return given


_PREDICATES: Final[Mapping[str, ColumnElement[bool]]] = {
    "territory": and_(
        _rows.territory >= bindparam("territory"), _rows.territory < bindparam("territory_high")
    ),
    "name": and_(
        _rows.name_grams.contains(bindparam("grams", type_=ARRAY(Text))),
        _rows.name_key.contains(bindparam("name", type_=Text)),
    ),
    "code": _rows.code == bindparam("code"),
    "mode": _rows.mode == bindparam("mode"),
    "operator_kind": _rows.operator_kind == bindparam("operator_kind"),
    "org": _rows.operator_org == bindparam("org"),
    "three_no": _rows.three_no == bindparam("three_no"),
}


@cache
def _listing(filters: frozenset[str]) -> Query:
    """Compile the list for a set of filters; there are 2⁷ sets at most."""
    statement = (
        select(estates)
        .where(
            in_scope(_rows.territory),
            tuple_(_rows.territory, _rows.code)
            > tuple_(bindparam("after_territory"), bindparam("after_code")),
            *(_PREDICATES[name] for name in sorted(filters)),
        )
        .order_by(_rows.territory, _rows.code)
        .limit(bindparam("limit"))
    )
    return Query(statement)


async def the_estate(work: Work, *, estate_id: UUID) -> EstateView:
    """Return one estate; raise EstateNotFound."""
    return EstateView.of(await load_estate(work, estate_id=estate_id))


async def list_estates(work: Work, *, filters: EstateFilters, paging: PageRequest) -> Page[EstateView]:
    """Return the estates in the caller's territory that pass the filters, by territory and code."""
    given = filters.given()
    territory, code = paging.after(**given) or ["", ""]
    rows = await work.fetch_all(
        _listing(frozenset(given)),
        after_territory=territory,
        after_code=code,
        limit=paging.limit + 1,
        **filters.values(),
    )
    return paging.page(rows, view=_view, order=_order, filters=given)


def _view(row: Row) -> EstateView:
    return EstateView.of(estate_of(row))


def _order(row: Row) -> tuple[str, str]:
    return row["territory"], row["code"]
