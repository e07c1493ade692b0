"""Every metric by its name: what it counts, and the labels it has."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

__all__ = ["METRICS", "Figure", "Metric"]


@dataclass(frozen=True, slots=True)
class Metric:
    """What a metric is, and what it says. Every one has the label `service`."""

    kind: Literal["gauge", "counter", "histogram"]
    says: str
    labels: tuple[str, ...] = ("service",)


@dataclass(frozen=True, slots=True)
class Figure:
    """One value of a metric. `buckets` are the cumulative counts of a histogram, by their upper bounds."""

    name: str
    labels: tuple[str, ...]
    value: float
    buckets: tuple[tuple[str, float], ...] = ()


METRICS: Final[Mapping[str, Metric]] = {
    "gongzhi_database_up": Metric("gauge", "1 when the service's database answers."),
    "gongzhi_pool_connections": Metric("gauge", "Open connections of the pool.", ("service", "state")),
    "gongzhi_pool_connections_max": Metric("gauge", "Most connections the pool may open."),
    "gongzhi_outbox_waiting": Metric("gauge", "Facts not yet acknowledged by the bus, counted to 100000."),
    "gongzhi_outbox_oldest_seconds": Metric("gauge", "Age of the oldest of them."),
    "gongzhi_parked_waiting": Metric("gauge", "Parked events that wait for a person."),
    "gongzhi_tasks_waiting": Metric("gauge", "Tasks that are not due yet."),
    "gongzhi_tasks_overdue": Metric("gauge", "Tasks that are due and not done."),
    "gongzhi_tasks_overdue_oldest_seconds": Metric("gauge", "How long the oldest of them has been due."),
    "gongzhi_tasks_exhausted": Metric("gauge", "Tasks that failed too often and wait for a person."),
    "gongzhi_relay_leading": Metric("gauge", "1 in the process whose relay leads."),
    "gongzhi_relay_published_total": Metric("counter", "Facts the bus has acknowledged."),
    "gongzhi_relay_failures_total": Metric("counter", "Publications that failed, and new starts."),
    "gongzhi_horizon_age_seconds": Metric("gauge", "How long the oldest transaction has held vacuum back."),
    "gongzhi_consumer_applied_total": Metric("counter", "Messages whose effect was made."),
    "gongzhi_consumer_repeated_total": Metric("counter", "Messages that were known already."),
    "gongzhi_consumer_held_total": Metric("counter", "Messages held behind a parked one."),
    "gongzhi_consumer_parked_total": Metric("counter", "Messages that could not be applied."),
    "gongzhi_consumer_failures_total": Metric("counter", "New starts of the consumer."),
    "gongzhi_consumer_version_gaps_total": Metric("counter", "Versions of a subject that were passed over."),
    "gongzhi_consumer_lag": Metric(
        "gauge", "Messages on the bus that are not dealt with.", ("service", "topic", "partition")
    ),
    "gongzhi_seal_lag_rows": Metric("gauge", "Rows of a chain that are not sealed.", ("service", "chain")),
    "gongzhi_seal_lag_seconds": Metric("gauge", "Age of the oldest of them.", ("service", "chain")),
    "gongzhi_request_seconds": Metric(
        "histogram", "How long requests took.", ("service", "method", "route", "status")
    ),
}
