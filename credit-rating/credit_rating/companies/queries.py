"""Companies for people: the open list, and one with the right to look closer."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from functools import partial
from typing import Final, TypeVar

from sqlalchemy import bindparam, select

from credit_rating.companies.domain import Company, CompanyKind, CompanyNotFound, require_own_company
from credit_rating.companies.storage import GET_NEAR, GET_OPEN, company_of
from credit_rating.schemes.domain import Grade
from credit_rating.tables import companies
from shared.kernel import TerritoryCode
from shared.storage import Listing, Narrowing, Orders, Row, Work, equal, everywhere, within
from shared.web import Page, PageRequest

__all__ = ["COMPANY_ORDERS", "CompanyFilter", "company_for", "list_companies", "open_company"]

Shown = TypeVar("Shown")
_LIKE_SIGNS: Final = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFilter:
    """What the caller looks for."""

    grade: Grade | None = None
    rated: bool | None = None
    name: str | None = None
    kind: CompanyKind | None = None
    territory: TerritoryCode | None = None


def _name_part(name: str) -> dict[str, object]:
    return {"name": f"%{name.translate(_LIKE_SIGNS)}%"}


_rows = companies.c
_LIST: Final = Listing(
    select(companies),
    orders=Orders("-score_tenths", score_tenths=(_rows.score_tenths, _rows.org), org=(_rows.org,)),
    filters={
        "grade": equal(_rows.grade, "grade"),
        "rated": equal(_rows.rated, "rated"),
        "kind": equal(_rows.kind, "kind"),
        "territory": within(_rows.territory),
        "name": Narrowing(
            predicate=_rows.name.like(bindparam("name"), escape="\\"),
            values=_name_part,
        ),
    },
    compiler=partial(everywhere, reason="name, score and grade of companies are open data (R23)"),
)
COMPANY_ORDERS: Final = _LIST.orders


async def list_companies(
    work: Work, *, paging: PageRequest, wanted: CompanyFilter, view: Callable[[Row], Shown]
) -> Page[Shown]:
    """Return the companies that are looked for, the best score first."""
    return await paging.read(work, _LIST, view=view, filters=asdict(wanted))


async def open_company(work: Work, *, org: str) -> Company:
    """Return what everybody may know of a company; raise CompanyNotFound."""
    return company_of(await work.load(GET_OPEN, missing=CompanyNotFound, org=org))


async def company_for(work: Work, *, org: str) -> Company:
    """Return a company whose file the caller may see; raise NotYourCompany, CompanyNotFound."""
    require_own_company(work.actor, org=org)
    return company_of(await work.load(GET_NEAR, missing=CompanyNotFound, org=org))
