"""Find out where a company stands, and say so when its grade has changed."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from credit_rating.companies.domain import Company, CompanyNotFound, Standing
from credit_rating.companies.storage import GET, company_of, next_orgs, save_standing
from credit_rating.schemes.commands import present_scheme
from credit_rating.schemes.domain import Scheme
from credit_rating.scores.domain import Score
from credit_rating.scores.storage import Matter, read_matter
from shared.contracts.credit_rating import CreditGradeChanged
from shared.kernel import end_of, local_date
from shared.storage import Work
from shared.tasks import cancel, schedule

__all__ = ["REVIEW_TASK", "refresh_if_entered", "refresh_standing", "review_all"]

# How many companies one transaction puts on the calendar.
BATCH: Final = 500

# Due on the day on which time alone may change a company's standing; one for each company, moved as needed.
REVIEW_TASK: Final = "standing.review"


async def refresh_standing(work: Work, *, org: str, entering: bool = False) -> Company:
    """Score a company by what is in force today and keep where it stands.

    Publishes CreditGradeChanged when the grade changed, or whether it is rated, or the company enters.
    The caller holds the company (`hold_company`). Raises CompanyNotFound, NoSchemeInForce.
    """
    row = await work.fetch_one(GET, org=org)
    if row is None:
        raise CompanyNotFound(org=org)
    company, today = company_of(row), local_date(work.now)
    scheme = await present_scheme(work)
    matter = await read_matter(work, org=org, scheme=scheme, on=today)
    standing = _standing(matter.score(), scheme=scheme, on=today)
    await save_standing(work, company, standing)
    await _plan_review(work, org=org, matter=matter)
    if entering or _moved(company.standing, standing):
        old = None if entering else company.standing
        work.publish(_grade_changed(org, old=old, new=standing), about=company)
    return replace(company, standing=standing, version=company.version + 1)


async def refresh_if_entered(work: Work, *, org: str) -> None:
    """Score a company that has a file; nothing is lost of one that has none yet. The caller holds it."""
    if await work.fetch_one(GET, org=org) is not None:
        await refresh_standing(work, org=org)


async def review_all(work: Work, *, after: str) -> str | None:
    """Have the next companies by code reviewed now; return the last of them, None when there are no more."""
    orgs = await next_orgs(work, after=after, limit=BATCH)
    for org in orgs:
        await schedule(work, kind=REVIEW_TASK, key=org, due_at=work.now)
    return orgs[-1] if len(orgs) == BATCH else None


def _standing(scored: Score, *, scheme: Scheme, on: date) -> Standing:
    return Standing(
        score_tenths=scored.total_tenths,
        grade=scored.grade,
        rated=scored.rated,
        scheme=scheme.version,
        scored_on=on,
    )


def _moved(old: Standing, new: Standing) -> bool:
    return (old.grade, old.rated) != (new.grade, new.rated)


def _grade_changed(org: str, *, old: Standing | None, new: Standing) -> CreditGradeChanged:
    return CreditGradeChanged(
        org=org,
        score_tenths=new.score_tenths,
        old_grade=None if old is None else old.grade,
        new_grade=new.grade,
        rated=new.rated,
        scheme=new.scheme,
        effective_on=new.scored_on,
    )


async def _plan_review(work: Work, *, org: str, matter: Matter) -> None:
    """Have the company scored again when the first day comes on which time alone may change something."""
    day = matter.next_change()
    if day is None:
        await cancel(work, kind=REVIEW_TASK, key=org)
    else:
        await schedule(work, kind=REVIEW_TASK, key=org, due_at=end_of(day - timedelta(days=1)))
