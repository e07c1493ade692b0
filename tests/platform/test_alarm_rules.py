"""Every rule asks by labels that its metrics have, and rings on planted values: Prometheus' tool says so."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

import pytest

from shared.observing import ALARMS, METRICS, Alarm, History, Measured, Report, State, judge

RULES: Final = Path(__file__).parents[2] / "deploy" / "observability" / "alarms.yml"
MINUTE: Final = timedelta(minutes=1)
# What the scraping adds to every metric.
SCRAPED: Final = {"job", "instance"}
SELECTED: Final = re.compile(r"\b(gongzhi_[a-z0-9_]+|up)\b(?!:)(?:\{([^}]*)\})?")
GROUPED: Final = re.compile(r"\b(?:by|on|without|ignoring) \(([^)]*)\)")
MATCHED: Final = re.compile(r"([a-z_]+)(?:=~|!~|!=|=)")
PART: Final = re.compile(r"_(bucket|count|sum)$")
ALL: Final = pytest.mark.parametrize("alarm", ALARMS.values(), ids=lambda alarm: alarm.name)
# The metrics of what Prometheus alone can judge, each with its labels: passing the limit, and within it.
PLANTED: Final[dict[str, tuple[dict[str, str], dict[str, str]]]] = {
    "PoolExhausted": (
        {'gongzhi_pool_connections{state="used"}': "8+0x60", "gongzhi_pool_connections_max": "8+0x60"},
        {'gongzhi_pool_connections{state="used"}': "7+0x60", "gongzhi_pool_connections_max": "8+0x60"},
    ),
    "ServerFaults": (
        {
            'gongzhi_request_seconds_count{status="500"}': "0+2x60",
            'gongzhi_request_seconds_count{status="200"}': "0+98x60",
        },
        {
            'gongzhi_request_seconds_count{status="500"}': "0+1x60",
            'gongzhi_request_seconds_count{status="404"}': "0+99x60",
        },
    ),
    "SlowAnswers": (
        {
            'gongzhi_request_seconds_bucket{le="1.0"}': "0+98x60",
            'gongzhi_request_seconds_bucket{le="2.5"}': "0+100x60",
            'gongzhi_request_seconds_bucket{le="+Inf"}': "0+100x60",
        },
        {
            'gongzhi_request_seconds_bucket{le="1.0"}': "0+100x60",
            'gongzhi_request_seconds_bucket{le="2.5"}': "0+100x60",
            'gongzhi_request_seconds_bucket{le="+Inf"}': "0+100x60",
        },
    ),
    "ProcessMissing": ({"up": "0+0x60"}, {"up": "1+0x60"}),
}


def labels_of(name: str) -> set[str]:
    """Return the labels of a metric as it is scraped; raise KeyError for one that nobody exports."""
    if name == "up":
        return SCRAPED
    if name in METRICS:
        return {*METRICS[name].labels, *SCRAPED}
    part = PART.search(name)
    assert part is not None, name
    return {*METRICS[PART.sub("", name)].labels, *SCRAPED, *({"le"} if part[1] == "bucket" else ())}


def unknown_labels(expression: str) -> Iterator[str]:
    """Yield what an expression matches or groups by, and a metric in it has not."""
    bare = GROUPED.sub("", expression)
    asked = [(name, labels_of(name), matchers or "") for name, matchers in SELECTED.findall(bare)]
    assert asked, expression
    for name, known, matchers in asked:
        yield from (f"{name}: {label}" for label in MATCHED.findall(matchers) if label not in known)
    for grouping in GROUPED.findall(expression):
        for label in grouping.split(", "):
            yield from (f"{name}: {label}" for name, known, _ in asked if label not in known)


@ALL
def test_a_rule_asks_by_labels_that_its_metrics_have(alarm: Alarm) -> None:
    assert list(unknown_labels(alarm.expression)) == []


@pytest.mark.parametrize(
    ("planted", "seen"),
    [
        ("sum by (topic) (gongzhi_outbox_waiting) > 1", "gongzhi_outbox_waiting: topic"),
        ('gongzhi_pool_connections{kind="used"} > 1', "gongzhi_pool_connections: kind"),
        ("max by (le) (gongzhi_request_seconds_count) > 1", "gongzhi_request_seconds_count: le"),
    ],
)
def test_a_planted_label_that_nobody_exports_is_seen(planted: str, seen: str) -> None:
    assert list(unknown_labels(planted)) == [seen]


@ALL
def test_a_rule_rings_on_planted_values_when_its_time_is_up_and_not_within_its_limit(
    alarm: Alarm, tmp_path: Path
) -> None:
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("There is no promtool: apt-get install prometheus")
    passing, within = planted(alarm)
    full = alarm.lasting + rising(alarm)

    judged = [
        rehearsed(promtool, tmp_path, alarm, passing, at=full, rings=True),
        rehearsed(promtool, tmp_path, alarm, passing, at=max(alarm.lasting - MINUTE, -MINUTE), rings=False),
        rehearsed(promtool, tmp_path, alarm, within, at=full, rings=False),
    ]

    assert [done.stderr for done in judged if done.returncode] == []
    wrong = rehearsed(promtool, tmp_path, alarm, within, at=full, rings=True)
    assert wrong.returncode != 0, "the tool takes anything"


def planted(alarm: Alarm) -> tuple[dict[str, str], dict[str, str]]:
    """Return series that pass the alarm's limit, and series that just keep to it."""
    if not isinstance(alarm.measured, Measured):
        return PLANTED[alarm.name]
    worse = alarm.limit + (-1 if alarm.compare == "<" else 1)
    name, limit = alarm.measured.metric, alarm.limit
    if alarm.measured.increase_over is None:
        return {name: f"{worse:g}+0x120"}, {name: f"{limit:g}+0x120"}
    return {name: f"0+{worse:g}x120"}, {name: "7+0x120"}


def rising(alarm: Alarm) -> timedelta:
    """Return how long a planted series needs to pass the limit: a rate needs two values."""
    counted = "increase(" in alarm.expression or "rate(" in alarm.expression
    return 10 * MINUTE if counted else timedelta(0)


def rehearsed(
    promtool: str, folder: Path, alarm: Alarm, series: dict[str, str], *, at: timedelta, rings: bool
) -> "subprocess.CompletedProcess[str]":
    """Have Prometheus' tool play the rules over the series, and say whether the alarm is as expected."""
    told = {"exp_labels": ringing_labels(alarm), "exp_annotations": annotations(alarm)}
    minutes = at // MINUTE
    asked = {"alertname": alarm.name, "exp_alerts": [told] if rings else []}
    test = {
        "interval": "1m",
        "input_series": [{"series": labelled(name), "values": values} for name, values in series.items()],
        "alert_rule_test": [{"eval_time": f"{minutes}m", **asked}] if minutes >= 0 else [],
    }
    # In no order of their own the limits might come a minute late.
    order = ["gongzhi-limits", "gongzhi-alarms"]
    whole = {
        "rule_files": [str(RULES)],
        "group_eval_order": order,
        "evaluation_interval": "1m",
        "tests": [test],
    }
    file = folder / "test.yml"
    file.write_text(json.dumps(whole))
    return subprocess.run(
        [promtool, "test", "rules", file], capture_output=True, text=True, check=False, timeout=60
    )


def labelled(series: str) -> str:
    """Return a series with all labels that it has when it is scraped."""
    name, _, given = series.partition("{")
    matched = dict(re.findall(r'([a-z_]+)="([^"]*)"', given))
    values = {"job": "gongzhi", "instance": "here:9464", "service": "exchange", **matched}
    known = {label: values.get(label, "planted") for label in sorted(labels_of(name))}
    return name + "{" + ",".join(f'{label}="{value}"' for label, value in known.items()) + "}"


def ringing_labels(alarm: Alarm) -> dict[str, str]:
    by = alarm.measured.by if isinstance(alarm.measured, Measured) else ("service",)
    values = {"service": "exchange"}
    labels = {label: values.get(label, "planted") for label in by}
    if alarm.name == "ProcessMissing":
        labels = {"job": "gongzhi", "instance": "here:9464"}
    return labels | {"severity": alarm.severity}


def annotations(alarm: Alarm) -> dict[str, Any]:
    return {"summary": alarm.says.en, "runbook_url": alarm.runbook}


@ALL
def test_the_operators_page_rings_on_the_same_values(alarm: Alarm) -> None:
    """Of what a service can judge by itself, and by the service's own judging, not Prometheus'."""
    if not isinstance(alarm.measured, Measured):
        return
    passing, within = (next(iter(series.values())) for series in planted(alarm))
    at = alarm.lasting + rising(alarm)

    assert judged_by_the_page(alarm, passing, after=at) is State.ALARM
    assert judged_by_the_page(alarm, within, after=at) is State.OK


def judged_by_the_page(alarm: Alarm, values: str, *, after: timedelta) -> State:
    """Play `start+step` a minute as reports of one process, one every ten seconds."""
    assert isinstance(alarm.measured, Measured)
    start, step = (float(part) for part in values.partition("x")[0].split("+"))
    series = alarm.measured.metric, tuple("planted" for _ in METRICS[alarm.measured.metric].labels)
    began = datetime(2026, 3, 2, 4, tzinfo=UTC)
    ticks = range(int(after.total_seconds()) // 10 + 1)
    reports = [
        Report(
            worker="one:1",
            at=began + timedelta(seconds=10 * tick),
            figures={series: start + step * tick / 6},
        )
        for tick in ticks
    ]
    found = judge(History(reports, now=reports[-1].at), service="exchange")
    (state,) = [each.state for each in found if each.alarm is alarm]
    return state
