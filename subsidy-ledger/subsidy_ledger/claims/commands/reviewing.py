"""Steps 2 to 6 of the chain (6.2): check, first, second and money review, publicity."""

from dataclasses import asdict, replace
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from shared.contracts.subsidy_ledger import ReviewStep
from shared.kernel import Deadline, local_date, new_id
from shared.rules import rule_book, working_calendar
from shared.storage import Work
from subsidy_ledger.books.domain import PostingKind, posting
from subsidy_ledger.budgets.domain import Budget, BudgetMissing, movement_of
from subsidy_ledger.budgets.storage import find_budget
from subsidy_ledger.claims.commands.measuring import Measured, measure
from subsidy_ledger.claims.commands.turning import publish_review, require_duty, take_step, working_days
from subsidy_ledger.claims.domain import Claim, Decision, Step
from subsidy_ledger.claims.storage import Case, insert_assessment, load_case

__all__ = ["end_publicity", "review_claim", "review_money", "review_standard", "start_publicity"]

_ONE_DAY: Final = timedelta(days=1)
_TOLD: Final[dict[Step, ReviewStep]] = {
    Step.CHECK: "check",
    Step.FIRST_REVIEW: "first_review",
    Step.SECOND_REVIEW: "second_review",
    Step.MONEY_REVIEW: "money_review",
    Step.END_PUBLICITY: "publicity",
}


async def review_claim(work: Work, *, claim_id: UUID, step: Step, decision: Decision, opinion: str) -> Claim:
    """Decide at the community's desk (the fact on site) or the town's (first review).

    Raises StepNotAllowed, PersonActedBefore.
    """
    case = await load_case(work, claim_id=claim_id)
    after = case.claim.decided(at_desk=step, decision=decision)
    return await _decide(work, case, after, step=step, decision=decision, opinion=opinion)


async def _decide(
    work: Work, case: Case, after: Claim, *, step: Step, decision: Decision, opinion: str
) -> Claim:
    claim = await take_step(work, case, after, step=step, outcome=decision.value, opinion=opinion)
    passed = decision is Decision.PASSED
    amount_fen = claim.payable_fen if passed else case.claim.payable_fen
    publish_review(work, claim, step=_TOLD[step], passed=passed, amount_fen=amount_fen)
    return claim


async def review_standard(work: Work, *, claim_id: UUID, decision: Decision, opinion: str) -> Claim:
    """Fix the amount by the standard and the credit grade, and keep what it rests on (second review).

    Raises StepNotAllowed, PersonActedBefore, PayeeNotOperator, GradeNotKnown, GradeExcluded, NothingToPay.
    """
    case = await load_case(work, claim_id=claim_id)
    after = case.claim.decided(at_desk=Step.SECOND_REVIEW, decision=decision)
    require_duty(work, case, Step.SECOND_REVIEW)
    if decision is Decision.PASSED:
        measured = await measure(work, after.form)
        await _keep_measured(work, after, measured)
        after = replace(
            after,
            amount_fen=measured.calculation.amount_fen,
            coefficient_hundredths=measured.calculation.coefficient_hundredths,
        )
    return await _decide(work, case, after, step=Step.SECOND_REVIEW, decision=decision, opinion=opinion)


async def _keep_measured(work: Work, claim: Claim, measured: Measured) -> None:
    estate, grade, calculation = measured.estate, measured.grade, measured.calculation
    await insert_assessment(
        work,
        id=new_id(),
        claim_id=claim.id,
        assessed_at=work.now,
        estate_name=estate.name,
        area_m2x100=estate.area_m2x100,
        households=estate.households,
        profile_version=estate.profile_version,
        grade=grade.grade,
        rated=grade.rated,
        score_tenths=grade.score_tenths,
        scheme=grade.scheme,
        grade_effective_on=grade.effective_on,
        grade_event_id=grade.event_id,
        coefficient_hundredths=grade.coefficient_hundredths,
        coefficient_source=grade.coefficient_source,
        service_start=measured.service_start,
        contract_no=measured.contract_no,
        parts=[asdict(part) for part in calculation.parts],
        gross_fen=calculation.gross_fen,
        common_income_fen=calculation.common_income_fen,
        amount_fen=calculation.amount_fen,
    )


async def review_money(
    work: Work, *, claim_id: UUID, decision: Decision, opinion: str, control_no: str | None
) -> Claim:
    """Find the budget the claim is paid from, and see that it suffices; nothing is bound yet.

    Raises StepNotAllowed, PersonActedBefore, BudgetMissing, BudgetExhausted.
    """
    case = await load_case(work, claim_id=claim_id)
    after = case.claim.decided(at_desk=Step.MONEY_REVIEW, decision=decision)
    require_duty(work, case, Step.MONEY_REVIEW)
    if decision is Decision.PASSED:
        budget = await _sufficient_budget(work, after)
        after = replace(after, budget_id=budget.id, control_no=control_no)
    return await _decide(work, case, after, step=Step.MONEY_REVIEW, decision=decision, opinion=opinion)


async def _sufficient_budget(work: Work, claim: Claim) -> Budget:
    programme, year = claim.form.programme, local_date(work.now).year
    budget = await find_budget(work, programme=programme, year=year, territory=claim.territory)
    if budget is None:
        raise BudgetMissing(territory=claim.territory, programme=programme, year=year)
    budget.quota.after(movement_of(posting(PostingKind.COMMITMENT, amount_fen=claim.payable_fen)))
    return budget


async def start_publicity(work: Work, *, claim_id: UUID) -> Claim:
    """Put the claim on display for the days of the rule; raise StepNotAllowed, PersonActedBefore."""
    case = await load_case(work, claim_id=claim_id)
    shown = case.claim.after(Step.START_PUBLICITY)
    last = await _last_day_of_publicity(work, shown)
    over_on = local_date(work.now) if last is None else last.day + _ONE_DAY
    after = replace(shown, publicity_over_on=over_on, publicity_ended_on=None, due=last)
    return await take_step(work, case, after, step=Step.START_PUBLICITY, outcome=after.status.value)


async def _last_day_of_publicity(work: Work, claim: Claim) -> Deadline | None:
    """Return the last day on display; None where the rule asks for no day at all."""
    today: date = local_date(work.now)
    days = (await rule_book(work)).integer("sl.publicity_days", territory=claim.territory, on=today)
    return (await working_calendar(work)).natural_deadline(today, days) if days else None


async def end_publicity(work: Work, *, claim_id: UUID, decision: Decision, opinion: str) -> Claim:
    """End the publicity when its days are over; an objection that is upheld returns or refuses the claim.

    Raises StepNotAllowed, PersonActedBefore, PublicityEnded, PublicityStillRunning.
    """
    case = await load_case(work, claim_id=claim_id)
    ended = case.claim.with_publicity_ended(decision=decision, today=local_date(work.now))
    if decision is Decision.PASSED:
        ended = replace(ended, due=await working_days(work, ended, key="sl.approval_wd"))
    return await _decide(work, case, ended, step=Step.END_PUBLICITY, decision=decision, opinion=opinion)
