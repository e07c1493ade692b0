"""The life of a credit item, CR-04 to CR-06 and CR-08, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from uuid import UUID

import pytest

from credit_rating.items.domain import (
    LIFECYCLE,
    CreditItem,
    Effect,
    FactPunishedAlready,
    RecorderMayNotConfirm,
    Repeats,
    Status,
    UnitMayNotRecord,
    corrections,
    lesser_of_the_fact,
    recorder_of,
    require_recorder,
)
from shared.kernel import Actor, StepNotAllowed

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
TODAY = date(2026, 3, 2)
REPEATS = Repeats(window_months=12, factors_tenths=(10, 15, 20), round_to_tenths=5)


def an_item(*, number: int = 1, status: Status = Status.RECORDED, **more: object) -> CreditItem:
    item = CreditItem(
        id=UUID(int=number),
        org="91610703MA6YW8X13N",
        territory="610703",
        scheme="NZ-DEFAULT-1",
        code="D04",
        variant="",
        kind="bad",
        severity="grave",
        points_tenths=100,
        fact_key="case:1",
        estate_id=None,
        occurred_on=TODAY,
        evidence="现场检查记录",
        recorded_by="zhang",
        recorder_unit="authority",
        recorded_at=NOW,
        status=status,
    )
    return replace(item, **more)  # type: ignore[arg-type]


def an_effect(*, since: date = TODAY, factor: int = 10, counted: int = 100) -> Effect:
    return Effect(valid_from=since, valid_to=date(2028, 3, 2), factor_tenths=factor, counted_tenths=counted)


def test_an_item_waits_is_confirmed_counts_and_ends() -> None:
    counting = an_item().take_effect(an_effect())

    assert counting == an_item(status=Status.EFFECTIVE, effect=an_effect())
    assert counting.expire().status is Status.EXPIRED
    revoked = counting.revoke(person="li", at=NOW, reason="查无实据")
    assert revoked == replace(
        counting, status=Status.REVOKED, revoked_by="li", revoked_at=NOW, revocation_reason="查无实据"
    )


def test_an_item_that_never_counted_may_be_taken_back() -> None:
    assert an_item().revoke(person="li", at=NOW, reason="误录").status is Status.REVOKED


@pytest.mark.parametrize("status", [Status.EFFECTIVE, Status.REVOKED, Status.EXPIRED])
def test_only_a_waiting_item_can_be_confirmed(status: Status) -> None:
    with pytest.raises(StepNotAllowed):
        an_item(status=status).take_effect(an_effect())


@pytest.mark.parametrize("status", [Status.REVOKED, Status.EXPIRED])
def test_what_has_ended_cannot_be_taken_back(status: Status) -> None:
    with pytest.raises(StepNotAllowed):
        an_item(status=status).revoke(person="li", at=NOW, reason="误录")


@pytest.mark.parametrize("status", [Status.RECORDED, Status.REVOKED, Status.EXPIRED])
def test_only_what_counts_can_expire(status: Status) -> None:
    with pytest.raises(StepNotAllowed):
        an_item(status=status).expire()


def test_the_recorder_may_not_confirm() -> None:
    an_item().require_confirmer("li")

    with pytest.raises(RecorderMayNotConfirm):
        an_item().require_confirmer("zhang")


@pytest.mark.parametrize(
    ("role", "unit", "recorder"),
    [
        ("R11", "610703:authority", "authority"),
        ("R14", "610703:police", "police"),
        ("R09", "610703001:town", "town"),
        ("R11", None, "authority"),
        ("system", None, "system"),
        ("R14", None, "R14"),
    ],
)
def test_a_person_records_for_the_kind_of_their_unit(role: str, unit: str | None, recorder: str) -> None:
    assert recorder_of(Actor(person="p", role=role, unit=unit)) == recorder


def test_a_unit_records_its_own_items_and_the_authority_all() -> None:
    require_recorder("police", code="D23", recorders=["police"], records_all="authority")
    require_recorder("authority", code="D23", recorders=["police"], records_all="authority")

    with pytest.raises(UnitMayNotRecord):
        require_recorder("town", code="D23", recorders=["police"], records_all="authority")


def test_the_vector_of_repeats_gives_ten_and_fifteen() -> None:
    first = REPEATS.factor([], on=TODAY)
    second = REPEATS.factor([TODAY], on=TODAY)

    weighed = [REPEATS.weigh(100, factor_tenths=factor) for factor in (first, second)]
    assert weighed == [100, 150]


@pytest.mark.parametrize(
    ("earlier", "factor"),
    [
        ([], 10),
        ([date(2025, 3, 2)], 10),
        ([date(2025, 3, 3)], 15),
        ([TODAY], 15),
        ([date(2025, 3, 2), date(2025, 9, 1)], 15),
        ([date(2025, 9, 1), TODAY], 20),
        ([date(2025, 9, 1), TODAY, TODAY], 20),
        ([date(2026, 3, 3)], 10),
    ],
)
def test_only_the_last_twelve_months_make_a_repeat(earlier: list[date], factor: int) -> None:
    assert REPEATS.factor(earlier, on=TODAY) == factor


@pytest.mark.parametrize(
    ("points", "factor", "counted"),
    [(10, 15, 15), (15, 15, 25), (30, 15, 45), (5, 15, 10), (15, 20, 30), (7, 10, 7)],
)
def test_a_repeat_is_rounded_up_to_half_a_point(points: int, factor: int, counted: int) -> None:
    assert REPEATS.weigh(points, factor_tenths=factor) == counted


def test_a_heavier_item_of_the_same_fact_replaces_the_lighter() -> None:
    lighter = an_item(number=2, code="D14", status=Status.EFFECTIVE, effect=an_effect(counted=30))
    another_fact = replace(lighter, id=UUID(int=3), fact_key="case:2")

    assert lesser_of_the_fact(an_item(), an_effect(), [another_fact, lighter]) == lighter
    assert lesser_of_the_fact(an_item(), an_effect(), [another_fact]) is None
    assert lesser_of_the_fact(an_item(fact_key=None), an_effect(), [lighter]) is None


@pytest.mark.parametrize(
    ("status", "counted"), [(Status.EFFECTIVE, 100), (Status.EFFECTIVE, 150), (Status.EXPIRED, 30)]
)
def test_a_fact_with_an_item_as_heavy_or_run_out_is_not_punished_again(status: Status, counted: int) -> None:
    before = an_item(number=2, status=status, effect=an_effect(counted=counted))

    with pytest.raises(FactPunishedAlready):
        lesser_of_the_fact(an_item(), an_effect(), [before])


def test_when_the_first_is_taken_back_those_after_it_lose_a_step() -> None:
    def counting(number: int, since: date, factor: int) -> CreditItem:
        counted = REPEATS.weigh(100, factor_tenths=factor)
        effect = an_effect(since=since, factor=factor, counted=counted)
        return an_item(number=number, status=Status.EFFECTIVE, effect=effect)

    second, third = counting(2, date(2026, 3, 1), 15), counting(3, TODAY, 20)

    corrected = [
        (item.id, effect.factor_tenths, effect.counted_tenths)
        for item, effect in corrections([third, second], REPEATS)
    ]

    assert corrected == [(second.id, 10, 100), (third.id, 15, 150)]
    assert list(corrections([counting(1, TODAY, 10), counting(2, TODAY, 15)], REPEATS)) == []


def test_the_readme_draws_the_life_of_an_item_as_it_is() -> None:
    readme = Path(__file__).parents[1] / "README.md"

    assert LIFECYCLE.as_mermaid() in readme.read_text(encoding="utf-8")
