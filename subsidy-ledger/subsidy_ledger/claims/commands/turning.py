"""The way every step is taken: one duty a person, a term for the next desk, the row with its version."""

from dataclasses import replace

from shared.contracts.subsidy_ledger import ReviewStep, SubsidyReviewed
from shared.kernel import Deadline, local_date
from shared.rules import rule_book, working_calendar
from shared.storage import Work
from subsidy_ledger.claims.domain import DUTY_OF, NEXT_LIMIT, Claim, Step, require_single_duty
from subsidy_ledger.claims.domain.refusals import PersonActedBefore
from subsidy_ledger.claims.storage import Case, free_months, insert_step, save_claim

__all__ = ["publish_review", "require_duty", "take_step", "working_days"]


def require_duty(work: Work, case: Case, step: Step) -> None:
    """Refuse a person, or the one they stand in for, who has another duty in the claim."""
    for person in (work.actor.on_behalf_of, work.actor.person):
        if person is not None:
            require_single_duty(case.acted, person=person, duty=DUTY_OF[step])


async def take_step(
    work: Work, case: Case, after: Claim, *, step: Step, outcome: str, opinion: str = ""
) -> Claim:
    """Store the claim as it is after a step, and who took it.

    Raises PersonActedBefore (by the rule, and by the database where two come at once), ApplicantOnly,
    ChangedMeanwhile.
    """
    require_duty(work, case, step)
    due = after.due or await _due(work, after)
    stored = replace(after, due=due, version=case.claim.version + 1)
    await save_claim(work, stored)
    duty = DUTY_OF[step]
    if not await insert_step(
        work, stored, number=case.steps + 1, duty=duty, outcome=outcome, opinion=opinion
    ):
        raise PersonActedBefore(duty=duty.value)
    if stored.is_closed:
        await free_months(work, stored)
    return stored


async def _due(work: Work, claim: Claim) -> Deadline | None:
    key = NEXT_LIMIT.get(claim.status)
    return None if key is None else await working_days(work, claim, key=key)


async def working_days(work: Work, claim: Claim, *, key: str) -> Deadline:
    """Return the last day of a term that a rule gives in working days, counted from today."""
    today = local_date(work.now)
    days = (await rule_book(work)).integer(key, territory=claim.territory, on=today)
    return (await working_calendar(work)).add_working_days(today, days)


def publish_review(work: Work, claim: Claim, *, step: ReviewStep, passed: bool, amount_fen: int) -> None:
    """Tell the other services that a desk has decided."""
    fact = SubsidyReviewed(
        claim_id=claim.id,
        programme=claim.form.programme,
        estate_id=claim.form.estate_id,
        payee=claim.form.payee,
        step=step,
        passed=passed,
        amount_fen=amount_fen,
    )
    work.publish(fact, about=claim)
