"""Every alarm asks for what is exported, and has a page that says what to do."""

import re
from pathlib import Path
from typing import Any

import pytest
from ruamel.yaml import YAML

from shared.observing import ALARMS, METRICS

ROOT = Path(__file__).parents[2]
RULES = ROOT / "deploy" / "observability" / "alarms.yml"
RUNBOOK = ROOT / "docs" / "runbook"
HEADINGS = ("## What it means", "## See more", "## What to do", "## When to worry")
# Of the scraping itself.
PROMETHEUS_OWN = {"up"}
METRIC = re.compile(r"\b(?:gongzhi_[a-z0-9_]+|up)\b(?=[{)\[ ])")
LIMIT = re.compile(r"scalar\((gongzhi:limit:[a-z0-9_]+)\)")


def rules(kind: str) -> list[dict[str, Any]]:
    groups = YAML(typ="safe").load(RULES.read_text(encoding="utf-8"))["groups"]
    return [rule for group in groups for rule in group["rules"] if kind in rule]


def exported() -> set[str]:
    histograms = {name for name, metric in METRICS.items() if metric.kind == "histogram"}
    parts = {f"{name}_{part}" for name in histograms for part in ("bucket", "count", "sum")}
    return (set(METRICS) - histograms) | parts | PROMETHEUS_OWN


ALERTS = rules("alert")


@pytest.mark.parametrize("alert", ALERTS, ids=lambda alert: alert["alert"])
def test_an_alarm_asks_for_what_is_exported_and_has_a_named_limit(
    alert: dict[str, Any],
) -> None:
    asked = set(METRIC.findall(alert["expr"]))
    limits = {rule["record"] for rule in rules("record")}

    assert asked, alert["expr"]
    assert asked <= exported()
    assert len(LIMIT.findall(alert["expr"])) == 1
    assert set(LIMIT.findall(alert["expr"])) <= limits


def test_every_limit_is_used() -> None:
    used = {name for alert in ALERTS for name in LIMIT.findall(alert["expr"])}

    assert used == {rule["record"] for rule in rules("record")}


def test_every_alarm_has_a_page_and_every_page_an_alarm() -> None:
    pages = {page.stem for page in RUNBOOK.glob("*.md")} - {"README"}
    index = (RUNBOOK / "README.md").read_text(encoding="utf-8")

    assert pages == {alert["alert"] for alert in ALERTS}
    for alert in ALERTS:
        assert alert["annotations"]["runbook_url"] == f"docs/runbook/{alert['alert']}.md"
        text = (RUNBOOK / f"{alert['alert']}.md").read_text(encoding="utf-8")
        assert all(heading in text for heading in HEADINGS), alert["alert"]
        assert f"({alert['alert']}.md)" in index
        limit = ALARMS[alert["alert"]]
        assert f"`gongzhi:limit:{limit.limit_name}` ({limit.limit:g})" in text


def test_a_planted_alarm_on_an_unknown_metric_would_be_seen() -> None:
    asked = set(METRIC.findall("max(gongzhi_outbox_wating) > 1"))

    assert asked == {"gongzhi_outbox_wating"}
    assert not asked <= exported()
