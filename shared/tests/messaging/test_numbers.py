"""What is still to come: in whatever order transactions commit, each number is read, and none twice."""

from collections.abc import Iterable
from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging import numbers
from shared.messaging.numbers import StillToCome

MOST = 4


@dataclass
class Table:
    """An outbox whose numbers are all drawn, and appear when their transactions commit.

    What a reading found is deleted before the next but one, as the relay does.
    """

    uncommitted: set[int] = field(default_factory=set)
    there: set[int] = field(default_factory=set)
    coming: StillToCome = field(default_factory=StillToCome)
    under_way: list[int] = field(default_factory=list)

    def commit(self, numbers: Iterable[int]) -> None:
        self.uncommitted.difference_update(numbers)
        self.there.update(numbers)

    def read(self, limit: int, *, moves: bool = True) -> list[int]:
        """Read as the outbox does; `moves`: the floor has followed as far as it may."""
        floor = min([*self.uncommitted, *self.there - set(self.under_way)], default=0) if moves else 0
        found = sorted(number for number in self.there if self._is_asked_for(number, floor))[:limit]
        self.coming.take_in(found, floor=floor)
        self.there.difference_update(self.under_way)
        self.under_way = found
        return found

    def _is_asked_for(self, number: int, floor: int) -> bool:
        coming = self.coming
        below = floor <= number < coming.first and number not in self.under_way
        return below or number in coming.left_out or number > coming.last


@given(
    commits=st.permutations(range(1, 25)),
    turns=st.lists(st.tuples(st.integers(0, 6), st.booleans()), max_size=40),
    limit=st.integers(min_value=1, max_value=5),
    most=st.integers(min_value=0, max_value=9),
)
def test_every_number_is_read_once_whenever_its_transaction_commits(
    commits: list[int], turns: list[tuple[int, bool]], limit: int, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "MOST_LEFT_OUT", most)
        table, waiting, read = Table(set(commits)), list(commits), list[int]()
        for size, moves in turns:
            table.commit(waiting[:size])
            del waiting[:size]
            read += table.read(limit, moves=moves)
        table.commit(waiting)
        while found := table.read(limit):
            read += found

    assert sorted(read) == sorted(commits)


@given(commits=st.permutations(range(1, 25)), limit=st.integers(min_value=1, max_value=5))
def test_the_lowest_that_is_there_comes_first(commits: list[int], limit: int) -> None:
    table, waiting = Table(set(commits)), set[int]()
    for number in commits:
        table.commit([number])
        waiting.add(number)
        lowest = sorted(waiting)[:limit]
        assert table.read(limit) == lowest
        waiting.difference_update(lowest)


def test_what_was_left_out_is_looked_up_until_the_floor_has_passed_it() -> None:
    coming = StillToCome()
    coming.take_in([3, 4, 7], floor=0)
    assert (coming.first, coming.left_out, coming.last) == (3, {5, 6}, 7)

    coming.take_in([], floor=6)

    assert coming.left_out == {6}


def test_where_too_many_were_left_out_a_scan_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "MOST_LEFT_OUT", MOST)
    coming = StillToCome()

    coming.take_in([3, 3 + MOST + 2], floor=0)

    assert coming == StillToCome()
