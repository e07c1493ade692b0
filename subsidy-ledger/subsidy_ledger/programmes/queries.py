"""The catalogue of programmes and the coefficients of the grades, as screens show them."""

from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from shared.storage import Listing, Orders, Query, Row, Work, equal
from shared.web import Page, PageRequest, View
from subsidy_ledger.programmes.domain import ProgrammeNotFound
from subsidy_ledger.tables import LONGEST_LIST, grade_coefficients, programme_rates, programmes

__all__ = [
    "COEFFICIENT_ORDERS",
    "PROGRAMME_ORDERS",
    "CoefficientView",
    "ProgrammeView",
    "list_coefficients",
    "list_programmes",
    "show_programme",
]

_rows = programmes.c
_rates = programme_rates.c

_ONE: Final = Query(select(programmes).where(_rows.code == bindparam("code")))
_RATES: Final = Query(
    select(programme_rates)
    .where(_rates.programme == func.any(bindparam("programmes", type_=ARRAY(Text))))
    .order_by(_rates.programme, _rates.step)
    .limit(LONGEST_LIST)
)
_grades = grade_coefficients.c
_COEFFICIENTS: Final = Listing(
    select(grade_coefficients),
    orders=Orders("grade", grade=(_grades.grade,)),
    filters={"grade": equal(_grades.grade, "grade")},
)
_LIST: Final = Listing(
    select(programmes),
    orders=Orders("code", code=(_rows.code,)),
    filters={
        "open": equal(_rows.open, "open"),
        "purpose": equal(_rows.purpose, "purpose"),
        "payee": equal(_rows.payee, "payee"),
    },
)
COEFFICIENT_ORDERS: Final = _COEFFICIENTS.orders
PROGRAMME_ORDERS: Final = _LIST.orders


class RateView(View):
    """A rate: of which step (for P02 the year of service), in whole units such as fen/m2/month."""

    step: str
    rate: int
    unit: str
    source: str
    tag: str


class ProgrammeView(View):
    """A programme. `open` says whether claims are taken here."""

    code: str
    name_zh: str
    name_en: str
    formula: str
    purpose: str
    payee: str
    open: bool
    cap: int | None
    cap_unit: str
    budget_class: str
    source: str
    tag: str
    rates: list[RateView]


class CoefficientView(View):
    """By how many hundredths a subsidy counts for a grade."""

    grade: str
    hundredths: int
    source: str
    tag: str


async def list_programmes(work: Work, paging: PageRequest, **filters: object) -> Page[ProgrammeView]:
    """Return a page of programmes by their code. Filters: open, purpose, payee."""
    rows = await paging.rows(work, _LIST, filters=filters)
    rates = await _rates_of(work, [row["code"] for row in rows])
    return paging.page(rows, view=lambda row: _view(row, rates), filters=filters)


async def show_programme(work: Work, *, code: str) -> ProgrammeView:
    """Return a programme; raise ProgrammeNotFound."""
    row = await work.fetch_one(_ONE, code=code)
    if row is None:
        raise ProgrammeNotFound(code=code)
    return _view(row, await _rates_of(work, [code]))


async def list_coefficients(work: Work, paging: PageRequest, *, grade: str | None) -> Page[CoefficientView]:
    """Return a page of the coefficients by grade."""
    return await paging.read(
        work,
        _COEFFICIENTS,
        view=lambda row: CoefficientView.model_validate(dict(row)),
        filters={"grade": grade},
    )


async def _rates_of(work: Work, codes: list[str]) -> dict[str, list[RateView]]:
    found: dict[str, list[RateView]] = {code: [] for code in codes}
    for row in await work.fetch_all(_RATES, programmes=codes):
        found[row["programme"]].append(RateView.model_validate(dict(row)))
    return found


def _view(row: Row, rates: dict[str, list[RateView]]) -> ProgrammeView:
    return ProgrammeView.model_validate({**dict(row), "rates": rates[row["code"]]})
