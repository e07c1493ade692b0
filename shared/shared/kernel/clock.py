"""The clock. `datetime.now` is called here and nowhere else; rules take the time as an argument."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Final
from zoneinfo import ZoneInfo

__all__ = ["SHANGHAI", "Clock", "local_date", "system_clock"]

Clock = Callable[[], datetime]

SHANGHAI: Final = ZoneInfo("Asia/Shanghai")


def system_clock() -> datetime:
    """Return the present moment in UTC."""
    return datetime.now(tz=UTC)


def local_date(moment: datetime) -> date:
    """Return the day a moment falls on in Asia/Shanghai, where all deadlines are computed (T-04)."""
    return moment.astimezone(SHANGHAI).date()
