"""The count itself: each kind of fault is seen, and a clean run is clean."""

from uuid import UUID, uuid4

import pytest

from tests.faults.counting import Effect, happened, judge
from tests.faults.told import Outcome, Told

SUBJECT = "one"


def told(number: int, outcome: Outcome = Outcome.COMMITTED, *, subject: str = SUBJECT) -> Told:
    return Told(
        writer=1,
        number=number,
        called=f"1.{number}",
        subject=subject,
        amount_fen=0,
        asked_at=0.0,
        outcome=outcome,
    )


def effect(number: int, version: int, *, subject: str = SUBJECT, event_id: UUID | None = None) -> Effect:
    return Effect(f"1.{number}", subject, version, event_id or uuid4(), 0.0)


def figures(committed: list[Told], effects: list[Effect]) -> tuple[int, int, int, int, int]:
    found = judge("consumer", committed=committed, effects=effects)
    assert found.good == (
        not any((found.lost, found.doubled, found.out_of_order, found.gaps, found.invented))
    )
    return found.lost, found.doubled, found.out_of_order, found.gaps, found.invented


def test_a_run_with_every_fact_once_and_in_order_is_good() -> None:
    assert figures([told(1), told(2)], [effect(1, 1), effect(2, 2)]) == (0, 0, 0, 0, 0)


def test_a_fact_without_an_effect_is_lost_and_leaves_a_gap() -> None:
    assert figures([told(1), told(2), told(3)], [effect(1, 1), effect(3, 3)]) == (1, 0, 0, 1, 0)


def test_a_fact_with_two_effects_is_doubled_and_not_called_out_of_order() -> None:
    assert figures([told(1), told(2)], [effect(1, 1), effect(2, 2), effect(1, 1)]) == (0, 1, 0, 0, 0)


def test_a_version_after_a_later_one_of_its_subject_is_out_of_order() -> None:
    other = effect(9, 1, subject="other")

    found = figures([told(1), told(2), told(9, subject="other")], [effect(2, 2), other, effect(1, 1)])

    assert found == (0, 0, 1, 0, 0)


def test_the_order_of_a_writer_counts_also_where_the_versions_agree() -> None:
    assert figures([told(1), told(2)], [effect(2, 1), effect(1, 2)]) == (0, 0, 1, 0, 0)


def test_an_effect_of_what_was_refused_is_invented() -> None:
    assert figures(
        happened([told(1), told(2, Outcome.REFUSED)], frozenset()), [effect(1, 1), effect(2, 2)]
    ) == (0, 0, 0, 0, 1)


@pytest.mark.parametrize(("known", "lost"), [(frozenset({"1.1"}), 1), (frozenset[str](), 0)])
def test_the_journal_decides_only_what_was_left_without_an_answer(known: frozenset[str], lost: int) -> None:
    committed = happened([told(1, Outcome.UNKNOWN)], known)

    assert figures(committed, [])[0] == lost
