"""The schedule: told by its seed, and with every fault in each round."""

from itertools import islice

from tests.faults.schedule import Kind, schedule


def test_the_same_seed_gives_the_same_schedule_and_another_one_another() -> None:
    first, again, other = (list(islice(schedule(seed), 60)) for seed in (7, 7, 8))

    assert first == again
    assert first != other


def test_every_fault_comes_once_in_each_round() -> None:
    rounds = list(islice(schedule(1), 2 * len(Kind)))

    assert {step.kind for step in rounds[: len(Kind)]} == set(Kind)
    assert {step.kind for step in rounds[len(Kind) :]} == set(Kind)
