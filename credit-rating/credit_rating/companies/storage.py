"""Companies in the database: who they are, where they stand, and the lock that orders what happens to one."""

from dataclasses import asdict, fields
from typing import Final

from sqlalchemy import Column, ColumnElement, bindparam, func, insert, or_, select, update

from credit_rating.companies.domain import Company, Standing
from credit_rating.tables import companies
from shared.storage import Query, Row, Work, around_scope, everywhere, in_scope

__all__ = [
    "GET",
    "GET_NEAR",
    "GET_OPEN",
    "add_company",
    "company_of",
    "hold_company",
    "near",
    "next_orgs",
    "save_standing",
]


def near(column: Column[str]) -> ColumnElement[bool]:
    """Return the predicate "this company works where the caller has a say".

    Its territory lies in the caller's, as for a district; or around it, as for a town: a company enters in
    a district and serves estates in the towns of it.
    """
    return or_(in_scope(column), around_scope(column))


_one: Final = select(companies).where(companies.c.org == bindparam("org"))
GET: Final = Query(_one.where(in_scope(companies.c.territory)))
GET_NEAR: Final = Query(_one.where(near(companies.c.territory)))
GET_OPEN: Final = everywhere(_one, reason="name, score and grade of companies are open data (R23)")
_ADD: Final = Query(insert(companies))
_SAVE_STANDING: Final = Query(
    update(companies)
    .where(
        companies.c.org == bindparam("key"),
        companies.c.version == bindparam("old_version"),
        in_scope(companies.c.territory),
    )
    .values(
        {name.name: bindparam(name.name) for name in fields(Standing)} | {"version": companies.c.version + 1}
    )
)
_HOLD: Final = Query(select(func.pg_advisory_xact_lock(func.hashtextextended(bindparam("name"), 0))))
_NEXT: Final = Query(
    select(companies.c.org)
    .where(companies.c.org > bindparam("after"), in_scope(companies.c.territory))
    .order_by(companies.c.org)
    .limit(bindparam("limit"))
)
_OWN: Final = tuple(field.name for field in fields(Company) if field.name != "standing")


async def hold_company(work: Work, *, org: str) -> None:
    """Wait for whoever changes this company's matters, and hold them until the transaction ends.

    Also for a company that is not entered yet: a fact that arrives while it enters must see it or be seen.
    """
    await work.fetch_one(_HOLD, name=f"company {org}")


async def add_company(work: Work, company: Company) -> None:
    """Keep a new company."""
    of_company = {name: getattr(company, name) for name in _OWN}
    await work.execute(_ADD, **of_company, **asdict(company.standing))


async def save_standing(work: Work, company: Company, standing: Standing) -> None:
    """Keep where a company stands now; raise ChangedMeanwhile."""
    await work.save(_SAVE_STANDING, key=company.org, old_version=company.version, **asdict(standing))


async def next_orgs(work: Work, *, after: str, limit: int) -> list[str]:
    """Return the codes of companies in reach that follow a code."""
    rows = await work.fetch_all(_NEXT, after=after, limit=limit)
    return [row["org"] for row in rows]


def company_of(row: Row) -> Company:
    """Return the company a row holds."""
    standing = Standing(**{field.name: row[field.name] for field in fields(Standing)})
    return Company(**{name: row[name] for name in _OWN}, standing=standing)
