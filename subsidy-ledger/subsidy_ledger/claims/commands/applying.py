"""Step 1 of the chain (6.2): a claim is opened, corrected, submitted, or taken back."""

from dataclasses import dataclass, replace
from uuid import UUID

from shared.contracts.subsidy_ledger import SubsidyApplied
from shared.kernel import Period, local_date, mask_bank_account, new_id
from shared.storage import Work
from subsidy_ledger.claims.commands.measuring import estimate, known_estate
from subsidy_ledger.claims.commands.turning import require_duty, take_step
from subsidy_ledger.claims.domain import DUTY_OF, Claim, Form, Step
from subsidy_ledger.claims.domain.refusals import (
    AccountNotPayees,
    ClaimForAnotherCompany,
    CompanyNotKnown,
    FundedTwice,
    PeriodNotOver,
)
from subsidy_ledger.claims.storage import (
    ACCOUNT,
    free_months,
    hold_months,
    holder_of_months,
    insert_claim,
    insert_step,
    load_case,
    next_serial,
    own_org,
)
from subsidy_ledger.neighbours.storage import find_company_name
from subsidy_ledger.programmes.storage import load_programme

__all__ = ["Stated", "correct_claim", "open_claim", "submit_claim", "withdraw_claim"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stated:
    """What an applicant may still correct: whole months, common income, and where the money goes."""

    period: Period
    common_income_fen: int
    account_holder: str
    bank_account: str


async def open_claim(work: Work, *, programme: str, estate_id: UUID, payee: str, stated: Stated) -> Claim:
    """Open a draft for an estate in the caller's territory; a company's people for their company alone.

    Raises ClaimForAnotherCompany, ProgrammeNotFound, ProgrammeNotOpen, EstateNotKnown, OutsideTerritory.
    """
    if own_org(work.actor) not in {None, payee}:
        raise ClaimForAnotherCompany(payee=payee)
    found = await load_programme(work, code=programme)
    found.require_open()
    form = _form(stated, programme=found.code, purpose=found.purpose, estate_id=estate_id, payee=payee)
    estate = await known_estate(work, form)
    work.require_territory(estate.territory)
    number = f"{programme}-{local_date(work.now).year}-{await next_serial(work):06d}"
    claim = Claim(id=new_id(), claim_no=number, territory=estate.territory, form=form)
    await insert_claim(work, claim)
    await insert_step(
        work, claim, number=1, duty=DUTY_OF[Step.CORRECT], outcome=claim.status.value, opinion=""
    )
    return claim


def _form(stated: Stated, *, programme: str, purpose: str, estate_id: UUID, payee: str) -> Form:
    account = "".join(stated.bank_account.split())
    return Form(
        programme=programme,
        purpose=purpose,
        estate_id=estate_id,
        payee=payee,
        period=stated.period,
        common_income_fen=stated.common_income_fen,
        account_holder=stated.account_holder,
        account_sealed=ACCOUNT.seal(account) or "",
        account_shown=mask_bank_account(account),
    )


async def correct_claim(work: Work, *, claim_id: UUID, stated: Stated) -> Claim:
    """Correct a draft or a claim that was returned; raise StepNotAllowed, ApplicantOnly."""
    case = await load_case(work, claim_id=claim_id)
    after = case.claim.after(Step.CORRECT)
    require_duty(work, case, Step.CORRECT)
    await free_months(work, after)
    old = case.claim.form
    form = _form(
        stated, programme=old.programme, purpose=old.purpose, estate_id=old.estate_id, payee=old.payee
    )
    return await take_step(work, case, replace(after, form=form), step=Step.CORRECT, outcome="corrected")


async def submit_claim(work: Work, *, claim_id: UUID) -> Claim:
    """Submit a claim: the months are over, served by the payee, and funded by nobody else.

    Raises StepNotAllowed, ApplicantOnly, PeriodNotOver, CompanyNotKnown, AccountNotPayees, PayeeNotOperator,
    GradeExcluded, NothingToPay, FundedTwice.
    """
    case = await load_case(work, claim_id=claim_id)
    submitted = case.claim.after(Step.SUBMIT)
    form = submitted.form
    if local_date(work.now) < form.end:
        raise PeriodNotOver(last_day=form.last_day)
    await _require_payees_account(work, form)
    estimated_fen = await estimate(work, form)
    await free_months(work, submitted)
    if not await hold_months(work, submitted):
        claim_no = await holder_of_months(work, form)
        raise FundedTwice(start=form.period.start, last_day=form.last_day, claim_no=claim_no)
    after = replace(submitted, estimated_fen=estimated_fen)
    claim = await take_step(work, case, after, step=Step.SUBMIT, outcome=after.status.value)
    work.publish(_applied(claim), about=claim)
    return claim


async def _require_payees_account(work: Work, form: Form) -> None:
    name = await find_company_name(work, org=form.payee)
    if name is None:
        raise CompanyNotKnown(org=form.payee)
    if form.account_holder.strip() != name:
        raise AccountNotPayees(holder=form.account_holder, name=name)


def _applied(claim: Claim) -> SubsidyApplied:
    return SubsidyApplied(
        claim_id=claim.id,
        claim_no=claim.claim_no,
        programme=claim.form.programme,
        estate_id=claim.form.estate_id,
        payee=claim.form.payee,
        amount_fen=claim.payable_fen,
    )


async def withdraw_claim(work: Work, *, claim_id: UUID, reason: str) -> Claim:
    """Take a claim back before its publicity; its months are free again.

    Raises StepNotAllowed, ApplicantOnly.
    """
    case = await load_case(work, claim_id=claim_id)
    after = case.claim.after(Step.WITHDRAW)
    return await take_step(work, case, after, step=Step.WITHDRAW, outcome=after.status.value, opinion=reason)
