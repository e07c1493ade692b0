"""Every alarm, as it stands in one service: by the limits and the times of Prometheus' rules."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from shared.observing.alarms import ALARMS, Alarm, Measured
from shared.observing.standing.history import FRESH, History

__all__ = ["Judgement", "State", "judge"]

# So far back is it asked since when a limit has been passed: longer than any alarm waits.
LOOK_BACK: Final = timedelta(minutes=15)
_SILENCE: Final = ALARMS["ProcessMissing"]


class State(StrEnum):
    """How it is; `attention` is a limit that is passed, but not yet for as long as its alarm waits."""

    OK = "ok"
    ATTENTION = "attention"
    ALARM = "alarm"


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """An alarm for some labels. `since` is when the limit was passed, as far as the reports tell."""

    alarm: Alarm
    labels: Mapping[str, str]
    value: float
    state: State
    since: datetime | None


def judge(history: History, *, service: str) -> list[Judgement]:
    """Judge every alarm whose figures a service's message side has, the worst first."""
    found = [_silence(history, service)]
    for alarm in ALARMS.values():
        if isinstance(alarm.measured, Measured):
            found += _judged(history, alarm, alarm.measured)
    order = list(State)
    return sorted(found, key=lambda each: order.index(each.state), reverse=True)


def _judged(history: History, alarm: Alarm, measured: Measured) -> Iterator[Judgement]:
    for group, value in history.measure(measured, at=history.now).items():
        since = _since(history, alarm, measured, group) if alarm.passed_by(value) else None
        labels = dict(zip(measured.by, group, strict=True))
        yield _judgement(history, alarm, labels=labels, value=value, since=since)


def _since(history: History, alarm: Alarm, measured: Measured, group: tuple[str, ...]) -> datetime:
    """Go back from report to report while the limit is passed."""
    since = history.now
    for at in history.moments:
        value = history.measure(measured, at=at).get(group)
        if at < history.now - LOOK_BACK or value is None or not alarm.passed_by(value):
            break
        since = at
    return since


def _silence(history: History, service: str) -> Judgement:
    """Judge whether a message process is there: one that reports nothing answers no Prometheus either."""
    reports = history.latest()
    speaks = bool(reports) and history.speaks(reports[0])
    silent_since = reports[0].at + FRESH if reports else history.now - LOOK_BACK
    since = None if speaks else silent_since
    return _judgement(history, _SILENCE, labels={"service": service}, value=float(speaks), since=since)


def _judgement(
    history: History, alarm: Alarm, *, labels: Mapping[str, str], value: float, since: datetime | None
) -> Judgement:
    state = State.OK
    if since is not None:
        state = State.ALARM if history.now - since >= alarm.lasting else State.ATTENTION
    return Judgement(alarm=alarm, labels=labels, value=value, state=state, since=since)
