"""The list of estate files, by territory and code."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import cache
from typing import Final

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ScalarSelect,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
    true,
    tuple_,
)

from shared.contracts.credit_rating import Grade
from shared.contracts.estate_registry import OperatorKind, ServiceMode
from shared.kernel import Scope, TerritoryCode, local_date
from shared.storage import Query, Row, Work, in_scope
from shared.web import Page, PageRequest
from supervision.estate_files.queries.views import EstateRow
from supervision.estate_files.sight import OWN_ESTATE, sight
from supervision.estate_files.storage.standing import CASE_OPEN, CASE_OVERDUE, ITEM_OVERDUE, ITEM_OWED
from supervision.estate_files.storage.today import MODE, OPERATOR
from supervision.tables import cases, companies, estate_profiles, estates, items

__all__ = ["FileFilters", "list_files"]

_rows = estates.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFilters:
    """What the list is narrowed to; None does not narrow. `overdue` is about complaints and duties."""

    territory: TerritoryCode | None = None
    mode: ServiceMode | None = None
    operator_kind: OperatorKind | None = None
    grade: Grade | None = None
    overdue: bool | None = None

    def given(self) -> dict[str, object]:
        """Return the filters that narrow."""
        return {name: value for name, value in asdict(self).items() if value is not None}

    def values(self) -> dict[str, object]:
        """Return the values of the statement that `_listing` makes for these filters."""
        given = self.given()
        if self.territory is not None:
            scope = Scope(self.territory)
            given |= {"territory": scope.low, "territory_high": scope.high}
        return given


def _count_cases(standing: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(cases.c.estate_id == _rows.id, standing)
        .correlate(estates)
        .scalar_subquery()
    )


def _count_items(standing: ColumnElement[bool]) -> ScalarSelect[int]:
    return (
        select(func.count())
        .where(items.c.estate_id == _rows.id, standing)
        .correlate(estates)
        .scalar_subquery()
    )


_HAS_OVERDUE: Final = or_(
    exists().where(cases.c.estate_id == _rows.id, CASE_OVERDUE).correlate(estates),
    exists().where(items.c.estate_id == _rows.id, ITEM_OVERDUE).correlate(estates),
)
_PREDICATES: Final[Mapping[str, ColumnElement[bool]]] = {
    "territory": and_(
        _rows.territory >= bindparam("territory"), _rows.territory < bindparam("territory_high")
    ),
    "mode": MODE.c.mode == bindparam("mode"),
    "operator_kind": OPERATOR.c.kind == bindparam("operator_kind"),
    "grade": companies.c.grade == bindparam("grade"),
    "overdue": bindparam("overdue", type_=Boolean) == _HAS_OVERDUE,
}


def _facts() -> Select[tuple[object, ...]]:
    return (
        select(
            estates,
            estate_profiles.c.name,
            estate_profiles.c.households,
            MODE.c.mode,
            OPERATOR.c.kind.label("operator_kind"),
            OPERATOR.c.org,
            OPERATOR.c.custodian,
            companies.c.name.label("company_name"),
            companies.c.grade,
            _count_cases(CASE_OPEN).label("complaints_open"),
            _count_cases(CASE_OVERDUE).label("complaints_overdue"),
            _count_items(ITEM_OWED).label("items_open"),
            _count_items(ITEM_OVERDUE).label("items_overdue"),
        )
        .join(estate_profiles, estate_profiles.c.estate_id == _rows.id)
        .outerjoin(MODE, true())
        .outerjoin(OPERATOR, true())
        .outerjoin(companies, companies.c.org == OPERATOR.c.org)
    )


@cache
def _listing(filters: frozenset[str]) -> Query:
    """Compile the list for a set of filters; there are 2⁵ sets at most."""
    return Query(
        _facts()
        .where(
            in_scope(_rows.territory),
            OWN_ESTATE,
            tuple_(_rows.territory, _rows.code)
            > tuple_(bindparam("after_territory"), bindparam("after_code")),
            *(_PREDICATES[name] for name in sorted(filters)),
        )
        .order_by(_rows.territory, _rows.code)
        .limit(bindparam("limit"))
    )


async def list_files(work: Work, *, filters: FileFilters, paging: PageRequest) -> Page[EstateRow]:
    """Return the estates within the caller's reach that pass the filters, by territory and code."""
    given = filters.given()
    territory, code = paging.after(**given) or ["", ""]
    rows = await work.fetch_all(
        _listing(frozenset(given)),
        after_territory=territory,
        after_code=code,
        limit=paging.limit + 1,
        today=local_date(work.now),
        **sight(work.actor),
        **filters.values(),
    )
    return paging.page(rows, view=_view, order=_order, filters=given)


def _view(row: Row) -> EstateRow:
    return EstateRow.model_validate(dict(row))


def _order(row: Row) -> tuple[str, str]:
    return row["territory"], row["code"]
