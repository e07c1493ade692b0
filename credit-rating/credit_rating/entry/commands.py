"""Have a company enter, or check one that has entered before it is chosen for an estate."""

from dataclasses import dataclass, replace
from typing import Final

from credit_rating.companies.domain import Company, CompanyNotFound, Standing, require_own_company
from credit_rating.companies.storage import GET, GET_OPEN, add_company, company_of, hold_company
from credit_rating.entry.domain import (
    Application,
    CheckRules,
    CompanyEnteredAlready,
    Finding,
    Purpose,
    check_application,
    check_standing,
    result_of,
)
from credit_rating.entry.storage import Sheet, add_sheet
from credit_rating.items.commands import apply_waiting_facts
from credit_rating.schemes.commands import present_scheme
from credit_rating.schemes.domain import Grade
from credit_rating.scores.commands import refresh_standing
from shared.contracts.credit_rating import CompanyEntered
from shared.kernel import TerritoryCode, check_company_code, local_date, new_id
from shared.rules import rule_book
from shared.storage import Work

__all__ = ["Entry", "check_for_selection", "enter_company"]

_BARRED_BY: Final[dict[Purpose, str]] = {
    "entry": "cr.entry.barred_grades",
    "selection": "cr.entry.barred_grades",
    "take_over_first": "cr.entry.barred_grades_take_over_first",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of an application: the sheet in any case, and the company where no check blocked."""

    sheet: Sheet
    company: Company | None


async def enter_company(work: Work, *, application: Application, territory: TerritoryCode) -> Entry:
    """Check a company and, where nothing blocks, open its credit file; the sheet is kept either way.

    What happened to the company before it entered is recorded at once. A company role enters its own company
    only. Raises NotYourCompany, OutsideTerritory, CompanyEnteredAlready, NoSchemeInForce.
    """
    application = replace(application, org=check_company_code(application.org).code)
    require_own_company(work.actor, org=application.org)
    work.require_territory(territory)
    await hold_company(work, org=application.org)
    if await _standing_of(work, org=application.org) is not None:
        raise CompanyEnteredAlready(org=application.org)
    sheet = await _entry_sheet(work, application, territory=territory)
    if sheet.result == "block":
        return Entry(sheet=sheet, company=None)
    return Entry(sheet=sheet, company=await _open_file(work, application, sheet=sheet))


async def check_for_selection(work: Work, *, org: str, purpose: Purpose) -> Sheet:
    """Check by its grade whether a company may be chosen for an estate, and keep the sheet (E-03).

    Raises NotYourCompany, CompanyNotFound.
    """
    require_own_company(work.actor, org=org)
    company = company_of(await work.load(GET, missing=CompanyNotFound, org=org))
    rules = await _rules(work, purpose=purpose, territory=company.territory)
    return await _keep(
        work,
        purpose=purpose,
        org=org,
        company_name=company.name,
        territory=company.territory,
        application=None,
        findings=[check_standing(company.standing.grade, rules=rules, field="org")],
    )


async def _entry_sheet(work: Work, application: Application, *, territory: TerritoryCode) -> Sheet:
    rules = await _rules(work, purpose="entry", territory=territory)
    parent = application.parent_org
    grade = None if parent is None else await _standing_of(work, org=check_company_code(parent).code)
    return await _keep(
        work,
        purpose="entry",
        org=application.org,
        company_name=application.company_name,
        territory=territory,
        application=application,
        findings=check_application(application, rules=rules, parent_grade=grade),
    )


async def _open_file(work: Work, application: Application, *, sheet: Sheet) -> Company:
    scheme = await present_scheme(work)
    standing = Standing(
        score_tenths=0, grade="B", rated=False, scheme=scheme.version, scored_on=local_date(work.now)
    )
    company = Company(
        org=application.org,
        name=application.company_name,
        kind=application.kind,
        parent_org=application.parent_org if application.kind == "branch" else None,
        territory=sheet.territory,
        sheet_id=sheet.id,
        entered_at=work.now,
        entered_by=work.actor.person,
        standing=standing,
    )
    await add_company(work, company)
    work.publish(_entered(company, sheet), about=company)
    await apply_waiting_facts(work, company=company)
    return await refresh_standing(work, org=company.org, entering=True)


def _entered(company: Company, sheet: Sheet) -> CompanyEntered:
    return CompanyEntered(
        org=company.org,
        company_name=company.name,
        territory=company.territory,
        warnings=sorted({finding.code for finding in sheet.findings if finding.result == "warn"}),
    )


async def _standing_of(work: Work, *, org: str) -> Grade | None:
    row = await work.fetch_one(GET_OPEN, org=org)
    return None if row is None else company_of(row).standing.grade


async def _rules(work: Work, *, purpose: Purpose, territory: TerritoryCode) -> CheckRules:
    book, today = await rule_book(work), local_date(work.now)

    def words(key: str) -> frozenset[str]:
        return frozenset(book.text(key, territory=territory, on=today).split())

    return CheckRules(
        scope_words=words("cr.entry.scope_words"),
        local_regions=words("cr.entry.local_regions"),
        barred_grades=words(_BARRED_BY[purpose]),
    )


async def _keep(
    work: Work,
    *,
    purpose: Purpose,
    org: str,
    company_name: str,
    territory: TerritoryCode,
    application: Application | None,
    findings: list[Finding],
) -> Sheet:
    sheet = Sheet(
        id=new_id(),
        purpose=purpose,
        org=org,
        company_name=company_name,
        territory=territory,
        result=result_of(findings),
        application=application,
        findings=findings,
        checked_at=work.now,
        checked_by=work.actor.person,
    )
    await add_sheet(work, sheet)
    return sheet
