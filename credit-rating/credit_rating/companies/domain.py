"""A company with a credit file: who it is, and where it stands."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final, Literal
from uuid import UUID

from credit_rating.schemes.domain import Grade
from shared.kernel import Actor, NotAllowed, NotFound, TerritoryCode

__all__ = [
    "Company",
    "CompanyKind",
    "CompanyNotFound",
    "NotYourCompany",
    "Standing",
    "require_own_company",
]

CompanyKind = Literal["legal_person", "branch"]

# Project manager and head office see the file of their own company, nobody else's (domain, 11).
COMPANY_ROLES: Final = frozenset({"R04", "R05"})


class CompanyNotFound(NotFound):
    """No company of this code has a credit file here."""

    zh = "没有统一社会信用代码为 {org} 的企业信用档案，请核对代码，或先办理企业准入。"
    en = "No company {org} has a credit file here. Check the code, or have the company entered first."


class NotYourCompany(NotAllowed):
    """A company role asks for another company's matters."""

    zh = "您只能办理本企业（{own}）的事项，不能办理 {org} 的事项。"
    en = "You act for company {own} and cannot deal with matters of {org}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Score (tenths of a point) and grade of a company on a day, and the scheme that gave them."""

    score_tenths: int
    grade: Grade
    rated: bool
    scheme: str
    scored_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Company:
    """A legal person, or the branch of an outside one (CR-02), named by its unified social credit code."""

    org: str
    name: str
    kind: CompanyKind
    parent_org: str | None
    territory: TerritoryCode
    sheet_id: UUID
    entered_at: datetime
    entered_by: str
    standing: Standing
    version: int = 1

    @property
    def id(self) -> str:
        """Return the identity, the key of all its events."""
        return self.org


def require_own_company(actor: Actor, *, org: str) -> None:
    """Refuse a company role that asks for another company than its own; raise NotYourCompany."""
    if actor.role in COMPANY_ROLES and actor.org != org:
        raise NotYourCompany(own=actor.org or "-", org=org)
