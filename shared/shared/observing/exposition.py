"""Prometheus' text form of all figures of a process; in the one box, of all services together."""

from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.metrics_core import Metric as Family
from prometheus_client.registry import Collector

from shared.observing.catalogue import METRICS, Figure

__all__ = ["Source", "exposition"]

_TOTAL: Final = "_total"
# Reads the present figures of one part of the process.
Source = Callable[[], Awaitable[Sequence[Figure]]]


async def exposition(sources: Iterable[Source]) -> bytes:
    """Read every source and return the text that Prometheus scrapes."""
    figures = [figure for source in sources for figure in await source()]
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Collected(figures))
    return generate_latest(registry)


class _Collected(Collector):
    """The figures that were just read, as families."""

    def __init__(self, figures: Sequence[Figure]) -> None:
        self._figures = figures

    def collect(self) -> Iterable[Family]:
        """Return a family for each metric that has a figure."""
        for name in METRICS:
            found = [figure for figure in self._figures if figure.name == name]
            if found:
                yield _family(name, found)


def _family(name: str, figures: Sequence[Figure]) -> Family:
    metric = METRICS[name]
    if metric.kind == "histogram":
        histogram = HistogramMetricFamily(name, metric.says, labels=metric.labels)
        for figure in figures:
            histogram.add_metric(figure.labels, buckets=list(figure.buckets), sum_value=figure.value)
        return histogram
    family: GaugeMetricFamily | CounterMetricFamily = (
        CounterMetricFamily(name.removesuffix(_TOTAL), metric.says, labels=metric.labels)
        if metric.kind == "counter"
        else GaugeMetricFamily(name, metric.says, labels=metric.labels)
    )
    for figure in figures:
        family.add_metric(figure.labels, figure.value)
    return family
