"""The reports of the last hour, asked as Prometheus is asked: what is it now, by how much did it grow."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Final

from shared.observing.alarms import Measured
from shared.observing.catalogue import METRICS, Figure

__all__ = ["FRESH", "History", "Report"]

# A report says what is so until the next; after three that did not come it says nothing any more.
FRESH: Final = timedelta(seconds=35)

Series = tuple[str, tuple[str, ...]]
Group = tuple[str, ...]
Grouped = Mapping[Group, float]


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """All figures of one message process at one moment, by name and labels."""

    worker: str
    at: datetime
    figures: Mapping[Series, float]

    @property
    def leads(self) -> bool:
        """Say whether the process's relay led."""
        return any(value for (name, _), value in self.figures.items() if name == "gongzhi_relay_leading")


class History:
    """What the message processes of a service reported, the oldest first, and what its tables hold now."""

    def __init__(self, reports: Iterable[Report], *, now: datetime, live: Sequence[Figure] = ()) -> None:
        """Take reports in the order of their moments; of a metric in `live` the reports are older news."""
        self.now = now
        self._live = {(figure.name, figure.labels): figure.value for figure in live}
        self._live_names = {figure.name for figure in live}
        self._reports: dict[str, list[Report]] = {}
        for report in reports:
            self._reports.setdefault(report.worker, []).append(report)
        self._moments = {worker: [each.at for each in those] for worker, those in self._reports.items()}

    @property
    def moments(self) -> list[datetime]:
        """Return now and the moments of all reports before it, the latest first."""
        reported = {at for moments in self._moments.values() for at in moments if at < self.now}
        return [self.now, *sorted(reported, reverse=True)]

    def latest(self) -> list[Report]:
        """Return the last report of each message process, the newest first."""
        return sorted((those[-1] for those in self._reports.values()), key=lambda each: each.at, reverse=True)

    def speaks(self, report: Report) -> bool:
        """Say whether a process can be believed to be still as it reported."""
        return report.at > self.now - FRESH

    def knows(self, at: datetime) -> bool:
        """Say whether any process had reported at a moment, not long before."""
        return any(self._present(worker, at) for worker in self._reports)

    def measure(self, measured: Measured, *, at: datetime) -> Grouped:
        """Return the figure at a moment by the values of its labels; nothing where nothing is known."""
        if measured.increase_over is None:
            return _folded(self._values(measured.metric, at), measured)
        grown = self._grown(measured.metric, since=at - measured.increase_over, until=at)
        return _folded(((series, by) for series, by, _ in grown), measured)

    def total(self, metric: str, *, at: datetime) -> float:
        """Return the sum of a metric's values at a moment."""
        return sum(value for _, value in self._values(metric, at))

    def rate(self, metric: str, *, at: datetime, over: timedelta) -> float:
        """Return how fast a counter grew, in one second, in the time before a moment."""
        grown = self._grown(metric, since=at - over, until=at)
        return sum(by / seconds for _, by, seconds in grown if seconds)

    def _values(self, metric: str, at: datetime) -> list[tuple[Series, float]]:
        if at == self.now and metric in self._live_names:
            return [(series, value) for series, value in self._live.items() if series[0] == metric]
        present = (self._present(worker, at) for worker in self._reports)
        return [
            (series, value)
            for report in present
            if report is not None
            for series, value in report.figures.items()
            if series[0] == metric
        ]

    def _present(self, worker: str, at: datetime) -> Report | None:
        index = bisect_right(self._moments[worker], at)
        report = self._reports[worker][index - 1] if index else None
        return report if report is not None and report.at > at - FRESH else None

    def _grown(self, metric: str, *, since: datetime, until: datetime) -> list[tuple[Series, float, float]]:
        """Return each series of a counter, by how much it grew, and in how many seconds."""
        grown = []
        for worker, moments in self._moments.items():
            span = self._reports[worker][bisect_right(moments, since) : bisect_right(moments, until)]
            for series in {series for report in span[:1] for series in report.figures if series[0] == metric}:
                values = [report.figures[series] for report in span if series in report.figures]
                seconds = (span[-1].at - span[0].at).total_seconds()
                grown.append((series, _increase(values), seconds))
        return grown


def _increase(values: Sequence[float]) -> float:
    """Return by how much a counter grew; one that is lower than before began anew at nought."""
    return sum(after - before if after >= before else after for before, after in pairwise(values))


def _folded(values: Iterable[tuple[Series, float]], measured: Measured) -> Grouped:
    names = METRICS[measured.metric].labels
    grouped: dict[Group, list[float]] = {}
    for (_, labels), value in values:
        known = dict(zip(names, labels, strict=True))
        grouped.setdefault(tuple(known[name] for name in measured.by), []).append(value)
    fold = max if measured.fold == "max" else sum
    return {group: fold(each) for group, each in grouped.items()}
