"""Everything about one company, read for its credit file."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from credit_rating.companies.domain import Company
from credit_rating.companies.queries import company_for
from credit_rating.items.domain import CreditItem
from credit_rating.items.queries import newest_items
from credit_rating.projects.queries import Project, newest_projects
from credit_rating.schemes.storage import scheme_of
from credit_rating.scores.domain import Score
from credit_rating.scores.storage import read_matter
from shared.storage import Work

__all__ = ["CreditFile", "read_file"]

# What the file shows of each; the lists of their own show the rest.
MOST_SHOWN: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditFile:
    """A company, its score explained, its newest items and projects."""

    company: Company
    score: Score
    rated_from: date | None
    items: Sequence[CreditItem]
    projects: Sequence[Project]


async def read_file(work: Work, *, org: str) -> CreditFile:
    """Return the file of a company; raise NotYourCompany, CompanyNotFound.

    The explanation is of the day on which the company was last scored, so that it adds up to the score shown.
    """
    company = await company_for(work, org=org)
    standing = company.standing
    scheme = await scheme_of(work, version=standing.scheme)
    matter = await read_matter(work, org=org, scheme=scheme, on=standing.scored_on)
    return CreditFile(
        company=company,
        score=matter.score(),
        rated_from=matter.rated_from,
        items=await newest_items(work, org=org, limit=MOST_SHOWN),
        projects=await newest_projects(work, org=org, on=standing.scored_on, limit=MOST_SHOWN),
    )
