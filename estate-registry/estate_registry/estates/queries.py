"""Estates for screens and lists. Open data: no person is named."""

from dataclasses import asdict, dataclass
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import Text, and_, bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY

from estate_registry.estates.domain import Estate, OperatorKind, ServiceMode
from estate_registry.estates.storage import estate_of, load_estate
from estate_registry.naming.domain import grams, name_key
from estate_registry.tables import estates
from shared.kernel import TerritoryCode
from shared.storage import DISTRICT, Listing, Narrowing, Orders, Row, Work, equal, in_scope, within
from shared.web import Page, PageRequest, View

__all__ = ["ESTATE_ORDERS", "EstateFilters", "EstateView", "OperatorView", "list_estates", "the_estate"]

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


def _name_part(name: str) -> dict[str, object]:
    key = name_key(name)
    return {"name": key, "grams": grams(key)}


_LIST: Final = Listing(
    select(estates).where(in_scope(_rows.territory)),
    orders=Orders("territory", territory=(_rows.territory, _rows.code), code=(_rows.code,)),
    filters={
        "territory": within(_rows.territory),
        "name": Narrowing(
            predicate=and_(
                _rows.name_grams.contains(bindparam("grams", type_=ARRAY(Text))),
                _rows.name_key.contains(bindparam("name", type_=Text)),
            ),
            values=_name_part,
        ),
        "code": equal(_rows.code, "code"),
        "mode": equal(_rows.mode, "mode"),
        "operator_kind": equal(_rows.operator_kind, "operator_kind"),
        "org": equal(_rows.operator_org, "org"),
        "three_no": equal(_rows.three_no, "three_no"),
    },
    led_by=_rows.territory,
    leads={"code": (DISTRICT,)},
)
ESTATE_ORDERS: Final = _LIST.orders


async def the_estate(work: Work, *, estate_id: UUID) -> EstateView:
    """Return one estate; raise EstateNotFound."""
    return EstateView.of(await load_estate(work, estate_id=estate_id))


async def list_estates(work: Work, *, filters: EstateFilters, paging: PageRequest) -> Page[EstateView]:
    """Return the estates in the caller's territory that pass the filters."""
    return await paging.read(work, _LIST, view=_view, filters=asdict(filters))


def _view(row: Row) -> EstateView:
    return EstateView.of(estate_of(row))
