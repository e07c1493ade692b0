"""Every alarm and its limit: the one place for a threshold."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from shared.observing.alarms.declaration import Alarm, Measured, Severity
from shared.observing.alarms.words import SAYS, WAYS_OUT

__all__ = ["ALARMS"]

_TABLE: Final = (
    Alarm(
        name="OutboxNotLeaving",
        measured=Measured(metric="gongzhi_outbox_oldest_seconds", fold="max"),
        compare=">",
        limit_name="outbox_oldest_seconds",
        limit=60,
        lasting=timedelta(minutes=1),
        severity=Severity.PAGE,
        says=SAYS["OutboxNotLeaving"],
        way_out=WAYS_OUT["OutboxNotLeaving"],
    ),
    Alarm(
        name="OutboxLarge",
        measured=Measured(metric="gongzhi_outbox_waiting", fold="max"),
        compare=">",
        limit_name="outbox_waiting",
        limit=50_000,
        lasting=timedelta(minutes=5),
        severity=Severity.TICKET,
        says=SAYS["OutboxLarge"],
        way_out=WAYS_OUT["OutboxLarge"],
    ),
    Alarm(
        name="ConsumerBehind",
        measured=Measured(metric="gongzhi_consumer_lag", fold="sum", by=("service", "topic")),
        compare=">",
        limit_name="consumer_lag",
        limit=10_000,
        lasting=timedelta(minutes=10),
        severity=Severity.TICKET,
        says=SAYS["ConsumerBehind"],
        way_out=WAYS_OUT["ConsumerBehind"],
    ),
    Alarm(
        name="EventsParked",
        measured=Measured(metric="gongzhi_parked_waiting", fold="max"),
        compare=">",
        limit_name="parked_waiting",
        limit=0,
        lasting=timedelta(minutes=1),
        severity=Severity.TICKET,
        says=SAYS["EventsParked"],
        way_out=WAYS_OUT["EventsParked"],
    ),
    Alarm(
        name="SubjectVersionMissing",
        measured=Measured(
            metric="gongzhi_consumer_version_gaps_total", fold="sum", increase_over=timedelta(hours=1)
        ),
        compare=">",
        limit_name="version_gaps",
        limit=0,
        lasting=timedelta(minutes=0),
        severity=Severity.PAGE,
        says=SAYS["SubjectVersionMissing"],
        way_out=WAYS_OUT["SubjectVersionMissing"],
    ),
    Alarm(
        name="HorizonHeld",
        measured=Measured(metric="gongzhi_horizon_age_seconds", fold="max"),
        compare=">",
        limit_name="horizon_age_seconds",
        limit=300,
        lasting=timedelta(minutes=1),
        severity=Severity.TICKET,
        says=SAYS["HorizonHeld"],
        way_out=WAYS_OUT["HorizonHeld"],
    ),
    Alarm(
        name="JournalUnsealed",
        measured=Measured(metric="gongzhi_seal_lag_seconds", fold="max", by=("service", "chain")),
        compare=">",
        limit_name="seal_lag_seconds",
        limit=600,
        lasting=timedelta(minutes=5),
        severity=Severity.TICKET,
        says=SAYS["JournalUnsealed"],
        way_out=WAYS_OUT["JournalUnsealed"],
    ),
    Alarm(
        name="RelayWithoutLeader",
        measured=Measured(metric="gongzhi_relay_leading", fold="max"),
        compare="<",
        limit_name="relay_leading",
        limit=1,
        lasting=timedelta(minutes=1),
        severity=Severity.PAGE,
        says=SAYS["RelayWithoutLeader"],
        way_out=WAYS_OUT["RelayWithoutLeader"],
    ),
    Alarm(
        name="RelayFailing",
        measured=Measured(
            metric="gongzhi_relay_failures_total", fold="sum", increase_over=timedelta(minutes=10)
        ),
        compare=">",
        limit_name="relay_failures",
        limit=10,
        lasting=timedelta(minutes=5),
        severity=Severity.TICKET,
        says=SAYS["RelayFailing"],
        way_out=WAYS_OUT["RelayFailing"],
    ),
    Alarm(
        name="ConsumerFailing",
        measured=Measured(
            metric="gongzhi_consumer_failures_total", fold="sum", increase_over=timedelta(minutes=10)
        ),
        compare=">",
        limit_name="consumer_failures",
        limit=10,
        lasting=timedelta(minutes=5),
        severity=Severity.TICKET,
        says=SAYS["ConsumerFailing"],
        way_out=WAYS_OUT["ConsumerFailing"],
    ),
    Alarm(
        name="TasksOverdue",
        measured=Measured(metric="gongzhi_tasks_overdue_oldest_seconds", fold="max"),
        compare=">",
        limit_name="tasks_overdue_seconds",
        limit=300,
        lasting=timedelta(minutes=5),
        severity=Severity.TICKET,
        says=SAYS["TasksOverdue"],
        way_out=WAYS_OUT["TasksOverdue"],
    ),
    Alarm(
        name="TasksExhausted",
        measured=Measured(metric="gongzhi_tasks_exhausted", fold="max"),
        compare=">",
        limit_name="tasks_exhausted",
        limit=0,
        lasting=timedelta(minutes=1),
        severity=Severity.TICKET,
        says=SAYS["TasksExhausted"],
        way_out=WAYS_OUT["TasksExhausted"],
    ),
    Alarm(
        name="PoolExhausted",
        measured=(
            'max by (service) (gongzhi_pool_connections{state="used"} - on (instance, service) '
            "gongzhi_pool_connections_max)"
        ),
        compare=">=",
        limit_name="pool_free_below",
        limit=0,
        lasting=timedelta(minutes=5),
        severity=Severity.TICKET,
        says=SAYS["PoolExhausted"],
        way_out=WAYS_OUT["PoolExhausted"],
    ),
    Alarm(
        name="ServerFaults",
        measured=(
            'sum by (service) (rate(gongzhi_request_seconds_count{status=~"5.."}[5m])) / sum by '
            "(service) (rate(gongzhi_request_seconds_count[5m]))"
        ),
        compare=">",
        limit_name="fault_ratio",
        limit=0.01,
        lasting=timedelta(minutes=5),
        severity=Severity.TICKET,
        says=SAYS["ServerFaults"],
        way_out=WAYS_OUT["ServerFaults"],
    ),
    Alarm(
        name="SlowAnswers",
        measured=(
            "histogram_quantile(0.99, sum by (service, le) (rate(gongzhi_request_seconds_bucket[5m])))"
        ),
        compare=">",
        limit_name="request_p99_seconds",
        limit=1,
        lasting=timedelta(minutes=10),
        severity=Severity.TICKET,
        says=SAYS["SlowAnswers"],
        way_out=WAYS_OUT["SlowAnswers"],
    ),
    Alarm(
        name="DatabaseAway",
        measured=Measured(metric="gongzhi_database_up", fold="max"),
        compare="<",
        limit_name="database_up",
        limit=1,
        lasting=timedelta(minutes=1),
        severity=Severity.PAGE,
        says=SAYS["DatabaseAway"],
        way_out=WAYS_OUT["DatabaseAway"],
    ),
    Alarm(
        name="ProcessMissing",
        measured='min by (job, instance) (up{job="gongzhi"})',
        compare="<",
        limit_name="up",
        limit=1,
        lasting=timedelta(minutes=2),
        severity=Severity.TICKET,
        says=SAYS["ProcessMissing"],
        way_out=WAYS_OUT["ProcessMissing"],
    ),
)
ALARMS: Final[Mapping[str, Alarm]] = {alarm.name: alarm for alarm in _TABLE}
