"""The list of estate files, by territory and code."""

from dataclasses import asdict, dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import (
    Boolean,
    ColumnElement,
    ScalarSelect,
    Select,
    Table,
    bindparam,
    func,
    or_,
    select,
    true,
)

from shared.contracts.credit_rating import Grade
from shared.contracts.estate_registry import OperatorKind, ServiceMode
from shared.kernel import TerritoryCode, local_date
from shared.storage import DISTRICT, Listing, Narrowing, Orders, Row, Work, equal, in_scope, within
from shared.web import Page, PageRequest
from supervision.estate_files.queries.views import EstateRow
from supervision.estate_files.sight import OWN_ESTATE, sight
from supervision.estate_files.storage.standing import CASE_OPEN, CASE_OVERDUE, ITEM_OVERDUE, ITEM_OWED
from supervision.estate_files.storage.today import MODE, OPERATOR
from supervision.tables import cases, companies, estate_profiles, estates, items

__all__ = ["FILE_ORDERS", "FileFilters", "list_files"]

_rows = estates.c


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFilters:
    """What the list is narrowed to; None does not narrow. `overdue` is about complaints and duties."""

    territory: TerritoryCode | None = None
    mode: ServiceMode | None = None
    operator_kind: OperatorKind | None = None
    org: str | None = None
    grade: Grade | None = None
    overdue: bool | None = None


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


def _one_of(table: Table, standing: ColumnElement[bool]) -> ScalarSelect[UUID]:
    of_estate = select(table.c.id).where(table.c.estate_id == _rows.id, standing)
    return of_estate.limit(1).correlate(estates).scalar_subquery()


# Looked up for each estate of the page: an EXISTS would be planned as a read of every case and duty there is.
_HAS_OVERDUE: Final = or_(
    _one_of(cases, CASE_OVERDUE).is_not(None),
    _one_of(items, ITEM_OVERDUE).is_not(None),
)


# Looked up for each estate as well: of a join PostgreSQL may read the profiles of all estates there are.
_PROFILE: Final = (
    select(estate_profiles.c.name, estate_profiles.c.households)
    .where(estate_profiles.c.estate_id == _rows.id)
    .limit(1)
    .correlate(estates)
    .lateral("profile")
)


def _facts() -> Select[tuple[object, ...]]:
    return (
        select(
            estates,
            _PROFILE.c.name,
            _PROFILE.c.households,
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
        .select_from(estates)
        .join(_PROFILE, true())
        .outerjoin(MODE, true())
        .outerjoin(OPERATOR, true())
        .outerjoin(companies, companies.c.org == OPERATOR.c.org)
    )


_LIST: Final = Listing(
    _facts().where(in_scope(_rows.territory), OWN_ESTATE),
    orders=Orders("territory", territory=(_rows.territory, _rows.code), code=(_rows.code,)),
    filters={
        "territory": within(_rows.territory),
        "mode": equal(MODE.c.mode, "mode"),
        "operator_kind": equal(OPERATOR.c.kind, "operator_kind"),
        "org": equal(OPERATOR.c.org, "org"),
        "grade": equal(companies.c.grade, "grade"),
        "overdue": Narrowing(
            predicate=bindparam("overdue", type_=Boolean) == _HAS_OVERDUE,
            values=lambda given: {"overdue": given},
        ),
    },
    led_by=_rows.territory,
    leads={"code": (DISTRICT,)},
)
FILE_ORDERS: Final = _LIST.orders


async def list_files(work: Work, *, filters: FileFilters, paging: PageRequest) -> Page[EstateRow]:
    """Return the estates within the caller's reach that pass the filters, by territory and code."""
    return await paging.read(
        work,
        _LIST,
        view=_view,
        filters=asdict(filters),
        today=local_date(work.now),
        **sight(work.actor),
    )


def _view(row: Row) -> EstateRow:
    return EstateRow.model_validate(dict(row))
