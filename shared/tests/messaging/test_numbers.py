"""What is still to come: in whatever order transactions commit, each number is read, and none twice."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.messaging import numbers
from shared.messaging.numbers import StillToCome

MOST = 4


@dataclass
class Table:
    """An outbox whose numbers are all drawn, and appear when their transactions commit."""

    there: set[int] = field(default_factory=set)
    coming: StillToCome = field(default_factory=StillToCome)

    def read(self, limit: int, floor: int = 0) -> list[int]:
        """Read as the outbox does, delete what was found, and take it in."""
        found = sorted(number for number in self.there if self._is_asked_for(number, floor))[:limit]
        self.there -= set(found)
        self.coming.take_in(found, floor=floor)
        return found

    def _is_asked_for(self, number: int, floor: int) -> bool:
        coming = self.coming
        return floor <= number < coming.first or number in coming.left_out or number > coming.last


@given(
    commits=st.permutations(range(1, 25)),
    sizes=st.lists(st.integers(min_value=0, max_value=6), max_size=40),
    limit=st.integers(min_value=1, max_value=5),
    most=st.integers(min_value=0, max_value=9),
)
def test_every_number_is_read_once_whenever_its_transaction_commits(
    commits: list[int], sizes: list[int], limit: int, most: int
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(numbers, "MOST_LEFT_OUT", most)
        table, waiting, read = Table(), list(commits), list[int]()
        for size in sizes:
            table.there.update(waiting[:size])
            del waiting[:size]
            read += table.read(limit)
        table.there.update(waiting)
        while found := table.read(limit):
            read += found

    assert sorted(read) == sorted(commits)


@given(commits=st.permutations(range(1, 25)), limit=st.integers(min_value=1, max_value=5))
def test_the_lowest_that_is_there_comes_first(commits: list[int], limit: int) -> None:
    table = Table()
    for number in commits:
        table.there.add(number)
        there = sorted(table.there)
        assert table.read(limit) == there[:limit]


def test_what_was_left_out_is_looked_up_until_the_floor_has_passed_it() -> None:
    table = Table({3, 4, 7})
    table.read(9)
    assert (table.coming.first, table.coming.left_out, table.coming.last) == (3, {5, 6}, 7)

    table.read(9, floor=6)

    assert table.coming.left_out == {6}


def test_where_too_many_were_left_out_a_scan_begins_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "MOST_LEFT_OUT", MOST)
    table = Table({3, 3 + MOST + 2})

    table.read(9)

    assert table.coming == StillToCome()
    table.there = {4, 20}
    assert table.read(9) == [4, 20]
