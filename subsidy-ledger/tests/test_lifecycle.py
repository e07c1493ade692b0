from pathlib import Path

import pytest

from shared.kernel import StepNotAllowed
from subsidy_ledger.claims.domain import DUTY_OF, LIFECYCLE, Duty, Status, Step, require_single_duty
from subsidy_ledger.claims.domain.refusals import ApplicantOnly, PersonActedBefore

CHAIN = [
    ("draft", "submit", "submitted"),
    ("submitted", "check", "checked"),
    ("checked", "first_review", "first_review"),
    ("first_review", "second_review", "second_review"),
    ("second_review", "money_review", "money_review"),
    ("money_review", "start_publicity", "publicity"),
    ("publicity", "end_publicity", "publicity"),
    ("publicity", "approve", "approved"),
    ("approved", "accrue", "accrued"),
    ("accrued", "pay", "paid"),
]


@pytest.mark.parametrize(("state", "step", "following"), CHAIN)
def test_the_chain_goes_one_step_at_a_time(state: str, step: str, following: str) -> None:
    assert LIFECYCLE.after(Status(state), Step(step)) == following


@pytest.mark.parametrize("state", ["refused", "withdrawn"])
def test_a_closed_claim_takes_no_step(state: str) -> None:
    assert LIFECYCLE.allowed(Status(state)) == []


def test_a_paid_claim_can_only_be_corrected_in_the_books() -> None:
    assert LIFECYCLE.allowed(Status.PAID) == [Step.REVERSE]


@pytest.mark.parametrize("state", ["publicity", "approved", "accrued", "paid"])
def test_nothing_is_withdrawn_once_it_is_on_display(state: str) -> None:
    with pytest.raises(StepNotAllowed):
        LIFECYCLE.after(Status(state), Step.WITHDRAW)


def test_every_step_but_a_desks_decisions_is_somebodys_duty() -> None:
    assert set(Step) - set(DUTY_OF) == {Step.RETURN, Step.REFUSE}
    assert set(DUTY_OF.values()) == set(Duty)


def test_a_person_has_one_duty_and_may_take_it_up_again() -> None:
    acted = {"wang": Duty.APPLY, "li": Duty.CHECK}

    require_single_duty(acted, person="li", duty=Duty.CHECK)
    require_single_duty(acted, person="zhao", duty=Duty.FIRST_REVIEW)
    require_single_duty(acted, person="wang", duty=Duty.APPLY)
    with pytest.raises(PersonActedBefore):
        require_single_duty(acted, person="li", duty=Duty.PAYMENT)
    with pytest.raises(ApplicantOnly):
        require_single_duty(acted, person="zhao", duty=Duty.APPLY)


def test_the_readme_draws_the_table_as_it_is() -> None:
    readme = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")

    assert LIFECYCLE.as_mermaid() in readme
