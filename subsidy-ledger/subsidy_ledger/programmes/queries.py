"""The catalogue of programmes and the coefficients of the grades, as screens show them."""

from functools import cache
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.types import Text

from shared.storage import Query, Row, Work
from shared.web import Page, PageRequest, View
from subsidy_ledger.programmes.domain import ProgrammeNotFound
from subsidy_ledger.tables import LONGEST_LIST, grade_coefficients, programme_rates, programmes

__all__ = ["CoefficientView", "ProgrammeView", "list_coefficients", "list_programmes", "show_programme"]

_rows = programmes.c
_rates = programme_rates.c

_ONE: Final = Query(select(programmes).where(_rows.code == bindparam("code")))
_RATES: Final = Query(
    select(programme_rates)
    .where(_rates.programme == func.any(bindparam("programmes", type_=ARRAY(Text))))
    .order_by(_rates.programme, _rates.step)
    .limit(LONGEST_LIST)
)
_COEFFICIENTS: Final = Query(
    select(grade_coefficients)
    .where(grade_coefficients.c.grade > bindparam("after"))
    .order_by(grade_coefficients.c.grade)
    .limit(bindparam("limit"))
)


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


@cache
def _list_query(*, by_open: bool) -> Query:
    chosen = [_rows.open == bindparam("open")] if by_open else []
    return Query(
        select(programmes)
        .where(_rows.code > bindparam("after"), *chosen)
        .order_by(_rows.code)
        .limit(bindparam("limit"))
    )


async def list_programmes(work: Work, paging: PageRequest, *, open_: bool | None) -> Page[ProgrammeView]:
    """Return a page of programmes by their code."""
    filters = {} if open_ is None else {"open": open_}
    after = paging.after(**filters)
    rows = await work.fetch_all(
        _list_query(by_open=bool(filters)), after=after[0] if after else "", limit=paging.limit + 1, **filters
    )
    rates = await _rates_of(work, [row["code"] for row in rows])
    return paging.page(
        rows, view=lambda row: _view(row, rates), order=lambda row: [row["code"]], filters=filters
    )


async def show_programme(work: Work, *, code: str) -> ProgrammeView:
    """Return a programme; raise ProgrammeNotFound."""
    row = await work.fetch_one(_ONE, code=code)
    if row is None:
        raise ProgrammeNotFound(code=code)
    return _view(row, await _rates_of(work, [code]))


async def list_coefficients(work: Work, paging: PageRequest) -> Page[CoefficientView]:
    """Return a page of the coefficients by grade."""
    after = paging.after()
    rows = await work.fetch_all(_COEFFICIENTS, after=after[0] if after else "", limit=paging.limit + 1)
    return paging.page(
        rows,
        view=lambda row: CoefficientView.model_validate(dict(row)),
        order=lambda row: [row["grade"]],
    )


async def _rates_of(work: Work, codes: list[str]) -> dict[str, list[RateView]]:
    found: dict[str, list[RateView]] = {code: [] for code in codes}
    for row in await work.fetch_all(_RATES, programmes=codes):
        found[row["programme"]].append(RateView.model_validate(dict(row)))
    return found


def _view(row: Row, rates: dict[str, list[RateView]]) -> ProgrammeView:
    return ProgrammeView.model_validate({**dict(row), "rates": rates[row["code"]]})
