from datetime import date

import pytest

from shared.kernel import Period
from subsidy_ledger.neighbours.domain import Spell, service_start

Q1 = Period(date(2026, 1, 1), date(2026, 4, 1))


def spell(start: str, end: str | None, org: str = "A") -> Spell:
    return Spell(org=org, period=Period(date.fromisoformat(start), date.fromisoformat(end) if end else None))


@pytest.mark.parametrize(
    ("spells", "expected"),
    [
        ([], None),
        ([spell("2025-03-15", None)], "2025-03-15"),
        ([spell("2026-01-01", "2026-04-01")], "2026-01-01"),
        ([spell("2026-01-02", None)], None),
        ([spell("2025-03-15", "2026-03-31")], None),
        ([spell("2025-03-15", "2026-02-01"), spell("2026-02-01", None)], "2025-03-15"),
        ([spell("2026-02-01", None), spell("2025-03-15", "2026-02-01")], "2025-03-15"),
        ([spell("2025-03-15", "2026-02-01"), spell("2026-02-02", None)], None),
        ([spell("2024-01-01", "2025-01-01"), spell("2025-06-01", None)], "2025-06-01"),
        ([spell("2025-03-15", None, org="B")], None),
        ([spell("2025-03-15", "2026-02-01"), spell("2026-02-01", None, org="B")], None),
    ],
)
def test_service_counts_from_its_first_day_without_a_break(spells: list[Spell], expected: str | None) -> None:
    start = service_start(spells, org="A", during=Q1)

    assert start == (date.fromisoformat(expected) if expected else None)
