"""The rules of a circular, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path

import pytest
from supervision_samples import ORG, nth

from shared.kernel import StepNotAllowed
from supervision.circulars.domain import (
    LIFECYCLE,
    Circular,
    Content,
    Finding,
    Kind,
    Line,
    Material,
    Named,
    State,
    Step,
    compose,
    span_of,
)
from supervision.circulars.domain.refusals import FactCheckRunning, NothingToReport, UnitNotNamed
from supervision.counts.domain import Figures, TownFigures

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
NAMES = {"610703001:town": "汉山街道", "610703002:town": "中所营街道", ORG: "安居物业"}
CONTENT = Content(
    as_of=date(2026, 3, 2),
    title="关于2026年3月工作的通报",
    body="正文",
    lines=[Line(code="610703001:town", name="汉山街道", figures={"items": 1})],
    named=[Named(kind="unit", code="610703001:town")],
)
CIRCULAR = Circular(
    id=nth(11),
    territory="610703",
    kind=Kind.PROGRESS,
    period="2026-03",
    due_on=date(2026, 4, 8),
    content=CONTENT,
)


def town(number: int, **figures: int) -> TownFigures:
    return TownFigures(territory=f"61070300{number}", figures=Figures(**figures))


def material(*towns: TownFigures, findings: tuple[Finding, ...] = (), period: str = "2026-03") -> Material:
    span = span_of(Kind.PROGRESS, period)
    return Material(as_of=date(2026, 3, 2), span=span, towns=towns, findings=findings, names=NAMES)


def finding(number: int, *, unit: str = "610703001:town", org: str | None = None) -> Finding:
    return Finding(item_id=nth(6, number), estate_id=None, unit=unit, org=org, stage="plus_5", due_at=None)


ALLOWED = {
    ("drafted", "open_fact_check"): "fact_check",
    ("drafted", "redraft"): "drafted",
    ("fact_check", "redraft"): "drafted",
    ("fact_check", "sign"): "signed",
    ("signed", "publish"): "published",
    ("published", "reply"): "replied",
    ("replied", "reply"): "replied",
    ("replied", "close"): "closed",
}


@pytest.mark.parametrize(("state", "step"), list(product(State, Step)))
def test_a_circular_takes_the_steps_of_its_life_and_no_other(state: State, step: Step) -> None:
    if (state.value, step.value) in ALLOWED:
        assert LIFECYCLE.after(state, step) == ALLOWED[state.value, step.value]
    else:
        with pytest.raises(StepNotAllowed):
            LIFECYCLE.after(state, step)


def test_a_closed_circular_stays_closed() -> None:
    assert LIFECYCLE.allowed(State.CLOSED) == []


def test_nobody_signs_before_the_fact_check_is_over() -> None:
    checked = CIRCULAR.open_fact_check(until=NOW)

    with pytest.raises(FactCheckRunning):
        checked.sign(year=2026, serial=1, form="{serial}", now=NOW - timedelta(seconds=1))
    assert checked.sign(year=2026, serial=1, form="{serial}", now=NOW).state is State.SIGNED


def test_a_signature_gives_number_and_hash_of_the_content() -> None:
    checked = CIRCULAR.open_fact_check(until=NOW)
    altered = replace(checked, content=replace(CONTENT, body="改"))

    signed = checked.sign(year=2026, serial=7, form="督-{year}-{serial}", now=NOW)
    other = altered.sign(year=2026, serial=7, form="督-{year}-{serial}", now=NOW)

    assert (signed.number, signed.year, signed.serial, signed.signed_at) == ("督-2026-7", 2026, 7, NOW)
    assert signed.content_hash is not None
    assert len(signed.content_hash) == 64
    assert signed.content_hash != other.content_hash


def test_a_redraft_ends_the_fact_check_under_way() -> None:
    redrafted = CIRCULAR.open_fact_check(until=NOW).redraft(CONTENT)

    assert redrafted == CIRCULAR


def test_only_who_is_named_replies() -> None:
    published = replace(CIRCULAR, state=State.PUBLISHED)

    assert published.reply(code="610703001:town").state is State.REPLIED
    with pytest.raises(UnitNotNamed):
        published.reply(code="610703002:town")


@pytest.mark.parametrize(
    ("kind", "period", "start", "end"),
    [
        (Kind.PROGRESS, "2026-03", date(2026, 3, 1), date(2026, 4, 1)),
        (Kind.PROGRESS, "2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        (Kind.RANKING, "2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
        (Kind.RANKING, "2026-Q4", date(2026, 10, 1), date(2027, 1, 1)),
        (Kind.RESULT, "2026", date(2026, 1, 1), date(2027, 1, 1)),
        (Kind.CRITICISM, "2026-03", date(2026, 3, 1), date(2026, 4, 1)),
        (Kind.PRAISE, "2026-02", date(2026, 2, 1), date(2026, 3, 1)),
    ],
)
def test_the_period_is_read_by_the_kind(kind: Kind, period: str, start: date, end: date) -> None:
    span = span_of(kind, period)

    assert (span.text, span.start, span.end) == (period, start, end)


@pytest.mark.parametrize(
    ("kind", "period"),
    [
        (Kind.PROGRESS, "2026-13"),
        (Kind.PROGRESS, "2026-Q1"),
        (Kind.PROGRESS, "2026-3"),
        (Kind.RANKING, "2026-Q5"),
        (Kind.RANKING, "2026-03"),
        (Kind.RESULT, "2026-01"),
        (Kind.RESULT, "\uff12\uff10\uff12\uff16"),
    ],
)
def test_a_period_of_another_form_is_refused(kind: Kind, period: str) -> None:
    with pytest.raises(ValueError, match="period"):
        span_of(kind, period)


def test_towns_rank_by_the_smaller_share_of_overdue_duties_then_by_the_greater_coverage() -> None:
    ranked = compose(
        Kind.RANKING,
        material(
            town(1, households=10, serviced_households=9, items=10, items_overdue=2),
            town(2, households=10, serviced_households=5, items=5, items_overdue=1),
            town(3, households=10, serviced_households=1),
            town(4, households=20, serviced_households=10, items=15, items_overdue=3),
        ),
    )

    assert [(line.place, line.code) for line in ranked.lines] == [
        (1, "610703003:town"),
        (2, "610703001:town"),
        (3, "610703002:town"),
        (3, "610703004:town"),
    ]


def test_a_unit_without_a_known_name_is_named_by_its_code() -> None:
    content = compose(Kind.PROGRESS, material(town(1, estates=1), town(9, estates=1)))

    assert [line.name for line in content.lines] == ["汉山街道", "610703009:town"]
    assert content.named == [
        Named(kind="unit", code="610703001:town"),
        Named(kind="unit", code="610703009:town"),
    ]


def test_the_progress_circular_states_the_sums_of_the_district() -> None:
    content = compose(
        Kind.PROGRESS,
        material(
            town(1, estates=2, households=300, served_households=300, serviced_households=200),
            town(2, estates=1, households=100, served_households=100, items=3, items_overdue=1),
        ),
    )

    assert content.title == "关于2026年3月老旧小区物业服务工作进展情况的通报"
    opening = content.body.splitlines()[0]
    assert "老旧小区3个、400户" in opening
    assert "覆盖率100.00%" in opening
    assert "200户，占50.00%" in opening
    assert "交办事项3项，逾期未结1项，占33.33%" in opening


def test_a_criticism_names_each_unit_and_company_once_with_its_duties() -> None:
    findings = (finding(1, org=ORG), finding(2), finding(3, unit="610703002:town", org=ORG))

    content = compose(Kind.CRITICISM, material(town(1, estates=1), findings=findings))

    assert content.named == [
        Named(kind="unit", code="610703001:town"),
        Named(kind="unit", code="610703002:town"),
        Named(kind="org", code=ORG),
    ]
    assert [(line.name, line.figures) for line in content.lines] == [
        ("汉山街道", {"items_overdue": 2}),
        ("中所营街道", {"items_overdue": 1}),
        ("安居物业", {"items_overdue": 2}),
    ]
    assert content.findings == findings


def test_praise_goes_to_towns_whose_every_duty_was_done_in_time() -> None:
    content = compose(
        Kind.PRAISE,
        material(
            town(1, items=2, items_verified=2, items_verified_on_time=2),
            town(2, items=2, items_verified=2, items_verified_on_time=1),
            town(3),
        ),
    )

    assert [line.code for line in content.lines] == ["610703001:town"]


@pytest.mark.parametrize("kind", list(Kind))
def test_nothing_is_drafted_where_no_unit_fits(kind: Kind) -> None:
    with pytest.raises(NothingToReport):
        compose(kind, material())


def test_the_readme_draws_the_life_of_a_circular_as_it_is() -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")

    assert LIFECYCLE.as_mermaid() in readme
