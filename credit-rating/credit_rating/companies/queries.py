"""Companies for people: the open list, and one with the right to look closer."""

from dataclasses import dataclass
from functools import cache
from typing import Final

from sqlalchemy import Select, and_, bindparam, or_, select

from credit_rating.companies.domain import Company, CompanyNotFound, require_own_company
from credit_rating.companies.storage import GET_NEAR, GET_OPEN, company_of
from credit_rating.schemes.domain import Grade
from credit_rating.tables import companies
from shared.storage import Query, Row, Work, everywhere

__all__ = ["CompanyFilter", "company_for", "list_companies", "open_company"]

_LIKE_SIGNS: Final = str.maketrans({"\\": r"\\", "%": r"\%", "_": r"\_"})


@dataclass(frozen=True, slots=True, kw_only=True)
class CompanyFilter:
    """What the caller looks for."""

    grade: Grade | None = None
    rated: bool | None = None
    name: str | None = None

    def values(self) -> dict[str, object]:
        """Return what is set, by parameter."""
        named = None if self.name is None else f"%{self.name.translate(_LIKE_SIGNS)}%"
        given = {"grade": self.grade, "rated": self.rated, "name": named}
        return {key: value for key, value in given.items() if value is not None}


async def list_companies(
    work: Work, *, wanted: CompanyFilter, after: tuple[int, str] | None, limit: int
) -> list[Row]:
    """Return companies, the best score first, that come after a score and code."""
    values = wanted.values()
    query = _list_query(frozenset(values), follows=after is not None)
    place: dict[str, object] = {} if after is None else {"after_score": after[0], "after_org": after[1]}
    return await work.fetch_all(query, limit=limit, **values, **place)


async def open_company(work: Work, *, org: str) -> Company:
    """Return what everybody may know of a company; raise CompanyNotFound."""
    return company_of(await work.load(GET_OPEN, missing=CompanyNotFound, org=org))


async def company_for(work: Work, *, org: str) -> Company:
    """Return a company whose file the caller may see; raise NotYourCompany, CompanyNotFound."""
    require_own_company(work.actor, org=org)
    return company_of(await work.load(GET_NEAR, missing=CompanyNotFound, org=org))


@cache
def _list_query(filters: frozenset[str], *, follows: bool) -> Query:
    statement = _filtered(select(companies), filters)
    if follows:
        lower = companies.c.score_tenths < bindparam("after_score")
        level = companies.c.score_tenths == bindparam("after_score")
        statement = statement.where(or_(lower, and_(level, companies.c.org > bindparam("after_org"))))
    ordered = statement.order_by(companies.c.score_tenths.desc(), companies.c.org)
    return everywhere(
        ordered.limit(bindparam("limit")), reason="name, score and grade of companies are open data (R23)"
    )


def _filtered(statement: Select[tuple[object, ...]], filters: frozenset[str]) -> Select[tuple[object, ...]]:
    conditions = {
        "grade": companies.c.grade == bindparam("grade"),
        "rated": companies.c.rated == bindparam("rated"),
        "name": companies.c.name.like(bindparam("name"), escape="\\"),
    }
    return statement.where(*(conditions[name] for name in sorted(filters)))
