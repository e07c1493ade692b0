"""What an alarm is: a figure, a limit, how long it may be passed, and the way out."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Final, Literal

__all__ = ["Alarm", "Compare", "Measured", "Severity", "Words", "duration"]

Compare = Literal[">", ">=", "<"]
HOUR: Final = timedelta(hours=1)


class Severity(StrEnum):
    """Whether somebody is woken, or looks the next morning."""

    PAGE = "page"
    TICKET = "ticket"


@dataclass(frozen=True, slots=True)
class Words:
    """The same in both languages."""

    zh: str
    en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A figure that Prometheus and a service itself can both make of the metrics.

    The values of `metric`, or what a counter grew by in `increase_over`, are folded for each value of the
    labels in `by`.
    """

    metric: str
    fold: Literal["max", "sum"]
    by: tuple[str, ...] = ("service",)
    increase_over: timedelta | None = None

    @property
    def expression(self) -> str:
        """Return it as Prometheus is asked for it."""
        asked = self.metric
        if self.increase_over is not None:
            asked = f"increase({asked}[{duration(self.increase_over)}])"
        return f"{self.fold} by ({', '.join(self.by)}) ({asked})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Alarm:
    """Rings when the figure has passed the limit for `lasting`.

    A `measured` that is text is PromQL: its figures are those of the HTTP processes or of the scraping
    itself, which Prometheus alone brings together.
    """

    name: str
    measured: Measured | str
    compare: Compare
    limit_name: str
    limit: float
    lasting: timedelta
    severity: Severity
    says: Words
    way_out: Words

    @property
    def runbook(self) -> str:
        """Return the page that says what to do."""
        return f"docs/runbook/{self.name}.md"

    @property
    def expression(self) -> str:
        """Return the whole condition as Prometheus is asked for it, its limit by name."""
        figure = self.measured if isinstance(self.measured, str) else self.measured.expression
        return f"{figure} {self.compare} scalar(gongzhi:limit:{self.limit_name})"

    def passed_by(self, value: float) -> bool:
        """Say whether a value is on the wrong side of the limit."""
        if self.compare == "<":
            return value < self.limit
        return value >= self.limit if self.compare == ">=" else value > self.limit


def duration(span: timedelta) -> str:
    """Write a span of whole minutes as Prometheus reads it."""
    return f"{span // HOUR}h" if span and not span % HOUR else f"{span // timedelta(minutes=1)}m"
