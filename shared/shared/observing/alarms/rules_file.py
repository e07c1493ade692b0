"""Prometheus' rules, `deploy/observability/alarms.yml`: made from the table by `make docs`."""

from collections.abc import Iterable, Iterator
from typing import Final

from shared.observing.alarms.declaration import Alarm, duration
from shared.observing.alarms.table import ALARMS

__all__ = ["rules_file"]

_HEAD: Final = """\
# Made by `make docs` from shared/shared/observing/alarms/table.py. The page for operators
# judges by the same limits: change one there.
groups:
  - name: gongzhi-limits
    rules:
"""
_LIMIT: Final = """\
      - record: gongzhi:limit:{name}
        expr: vector({limit:.10g})
"""
_ALARMS: Final = """\
  - name: gongzhi-alarms
    rules:
"""
_ALARM: Final = """\
      - alert: {name}
        expr: '{expression}'
        for: {lasting}
        labels:
          severity: {severity}
        annotations:
          summary: {summary}
          runbook_url: {runbook}
"""


def rules_file(alarms: Iterable[Alarm] = tuple(ALARMS.values())) -> str:
    """Return the text of the file."""
    return "".join(_parts(list(alarms)))


def _parts(alarms: list[Alarm]) -> Iterator[str]:
    yield _HEAD
    for alarm in alarms:
        yield _LIMIT.format(name=alarm.limit_name, limit=alarm.limit)
    yield _ALARMS
    for alarm in alarms:
        yield _ALARM.format(
            name=alarm.name,
            expression=alarm.expression,
            lasting=duration(alarm.lasting),
            severity=alarm.severity,
            summary=alarm.says.en,
            runbook=alarm.runbook,
        )
