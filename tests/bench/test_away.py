"""What a broker away for long may cost: growth with what waits, or a fact that stays, does not hold."""

from dataclasses import replace

import pytest

from tests.bench.backbone.away import (
    DRAIN_SECONDS,
    MOST_BYTES_A_ROW,
    MOST_GROWTH_MB,
    MOST_LATE_GROWTH_MB,
    Verdict,
)

WELL = Verdict(
    relay_grew_mb=MOST_GROWTH_MB,
    relay_grew_late_mb=MOST_LATE_GROWTH_MB,
    bytes_a_row=MOST_BYTES_A_ROW,
    most_waiting=360_000,
    still_waiting=0,
    drained_seconds=20.0,
)


def test_a_relay_that_keeps_its_size_and_an_outbox_that_empties_hold() -> None:
    assert WELL.holds
    assert str(WELL).endswith("holds")


@pytest.mark.parametrize(
    "worse",
    [
        replace(WELL, relay_grew_mb=MOST_GROWTH_MB + 1),
        replace(WELL, relay_grew_late_mb=MOST_LATE_GROWTH_MB + 1),
        replace(WELL, bytes_a_row=MOST_BYTES_A_ROW + 1),
        replace(WELL, still_waiting=1),
        replace(WELL, drained_seconds=DRAIN_SECONDS),
    ],
)
def test_what_grows_or_stays_does_not_hold(worse: Verdict) -> None:
    assert not worse.holds
    assert str(worse).endswith("DOES NOT HOLD")
