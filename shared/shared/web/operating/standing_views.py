"""How the backbone of a service stands, as an operator is shown it."""

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Final, Literal

from shared.observing import History, Judgement, Measured, State
from shared.web.models import View

__all__ = ["JudgementView", "MomentView", "StandingView", "standing_view"]

# The lines drawn reach so far back, with a point for each report.
SERIES: Final = timedelta(minutes=15)
STEP: Final = timedelta(seconds=10)
# A speed is taken over some reports, so that one that comes late does not look like a halt.
OVER: Final = timedelta(seconds=45)


class JudgementView(View):
    """An alarm, how it stands, and the way out; `runbook` is the page that says all of it."""

    alarm: str
    state: State
    severity: str
    labels: dict[str, str]
    value: float
    limit: float
    lasting_seconds: int
    since: datetime | None
    says_zh: str
    says_en: str
    way_out_zh: str
    way_out_en: str
    runbook: str


class WorkerView(View):
    """A message process and its last report."""

    worker: str
    reported_at: datetime
    speaks: bool
    leading: bool


class LagView(View):
    """How many messages of a topic the service has not dealt with; null while no process knows."""

    topic: str
    messages: int | None


class ChainView(View):
    """How far a hash chain is behind."""

    chain: str
    rows: int
    seconds: float


class MomentView(View):
    """The flow at one moment: what waits, and facts and messages a second."""

    at: datetime
    outbox_waiting: int
    lag: int
    recorded: float
    published: float
    applied: float


class StandingView(View):
    """How a service's backbone stands now and in the last minutes; `state` is the worst of its alarms.

    What a message process counts is as of its last report, ten seconds ago at most while it runs; the outbox,
    parked events and tasks are of this moment.
    """

    service: str
    at: datetime
    state: State
    outbox_waiting: int
    outbox_oldest_seconds: float
    parked_waiting: int
    tasks_overdue: int
    tasks_exhausted: int
    horizon_age_seconds: float
    workers: list[WorkerView]
    lags: list[LagView]
    chains: list[ChainView]
    alarms: list[JudgementView]
    series: list[MomentView]


def standing_view(
    history: History, judged: list[Judgement], *, service: str, topics: Iterable[str]
) -> StandingView:
    """Show what is known of a service that listens to some topics; `judged` has the worst first."""
    lags = _by(history, "consumer_lag", "sum", "topic")
    return StandingView(
        service=service,
        at=history.now,
        state=judged[0].state,
        outbox_waiting=round(_largest(history, "outbox_waiting")),
        outbox_oldest_seconds=_largest(history, "outbox_oldest_seconds"),
        parked_waiting=round(_largest(history, "parked_waiting")),
        tasks_overdue=round(_largest(history, "tasks_overdue")),
        tasks_exhausted=round(_largest(history, "tasks_exhausted")),
        horizon_age_seconds=_largest(history, "horizon_age_seconds"),
        workers=list(_workers(history)),
        lags=[
            LagView(topic=topic, messages=round(lags[topic]) if topic in lags else None)
            for topic in sorted(topics)
        ],
        chains=list(_chains(history)),
        alarms=[_judgement(each) for each in judged],
        series=list(_series(history)),
    )


def _by(history: History, metric: str, fold: Literal["max", "sum"], label: str) -> dict[str, float]:
    """Return a figure of now by the values of one label."""
    measured = Measured(metric=f"gongzhi_{metric}", fold=fold, by=(label,))
    return {name: value for (name,), value in sorted(history.measure(measured, at=history.now).items())}


def _largest(history: History, metric: str) -> float:
    return max(_by(history, metric, "max", "service").values(), default=0.0)


def _workers(history: History) -> Iterator[WorkerView]:
    for report in history.latest():
        speaks = history.speaks(report)
        yield WorkerView(
            worker=report.worker, reported_at=report.at, speaks=speaks, leading=speaks and report.leads
        )


def _chains(history: History) -> Iterator[ChainView]:
    rows = _by(history, "seal_lag_rows", "max", "chain")
    seconds = _by(history, "seal_lag_seconds", "max", "chain")
    for chain, waiting in rows.items():
        yield ChainView(chain=chain, rows=round(waiting), seconds=seconds.get(chain, 0.0))


def _judgement(judged: Judgement) -> JudgementView:
    alarm = judged.alarm
    return JudgementView(
        alarm=alarm.name,
        state=judged.state,
        severity=alarm.severity,
        labels=dict(judged.labels),
        value=judged.value,
        limit=alarm.limit,
        lasting_seconds=round(alarm.lasting.total_seconds()),
        since=judged.since,
        says_zh=alarm.says.zh,
        says_en=alarm.says.en,
        way_out_zh=alarm.way_out.zh,
        way_out_en=alarm.way_out.en,
        runbook=alarm.runbook,
    )


def _series(history: History) -> Iterator[MomentView]:
    at = history.now - SERIES
    while at <= history.now:
        if history.knows(at):
            yield _moment(history, at)
        at += STEP


def _moment(history: History, at: datetime) -> MomentView:
    waiting = history.total("gongzhi_outbox_waiting", at=at)
    before = history.total("gongzhi_outbox_waiting", at=at - OVER)
    published = history.rate("gongzhi_relay_published_total", at=at, over=OVER)
    return MomentView(
        at=at,
        outbox_waiting=round(waiting),
        lag=round(history.total("gongzhi_consumer_lag", at=at)),
        recorded=max(published + (waiting - before) / OVER.total_seconds(), 0.0),
        published=published,
        applied=history.rate("gongzhi_consumer_applied_total", at=at, over=OVER),
    )
