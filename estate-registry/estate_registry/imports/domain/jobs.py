"""An import as a job: its life, and the counts that must add up."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self
from uuid import UUID

from estate_registry.imports.domain.columns import Layout
from shared.kernel import Actor, Lifecycle, NotFound, TerritoryCode

__all__ = ["LIFECYCLE", "Counts", "ImportJob", "ImportNotFound", "ImportState", "ImportStep", "Outcome"]


class Outcome(StrEnum):
    """What became of a row."""

    TAKEN = "taken"
    REPAIRED = "repaired"
    REFUSED = "refused"
    UNCHANGED = "unchanged"


class ImportState(StrEnum):
    """Where an import stands."""

    WAITING = "waiting"
    RUNNING = "running"
    FINISHED = "finished"
    CANCELLED = "cancelled"
    FAILED = "failed"


class ImportStep(StrEnum):
    """What moves an import."""

    START = "start"
    FINISH = "finish"
    CANCEL = "cancel"
    FAIL = "fail"


LIFECYCLE: Final = Lifecycle(
    {
        (ImportState.WAITING, ImportStep.START): ImportState.RUNNING,
        (ImportState.WAITING, ImportStep.CANCEL): ImportState.CANCELLED,
        (ImportState.WAITING, ImportStep.FAIL): ImportState.FAILED,
        (ImportState.RUNNING, ImportStep.FINISH): ImportState.FINISHED,
        (ImportState.RUNNING, ImportStep.CANCEL): ImportState.CANCELLED,
        (ImportState.RUNNING, ImportStep.FAIL): ImportState.FAILED,
    }
)


class ImportNotFound(NotFound):
    """No import has this id, or it lies outside the caller's territory."""

    zh = "没有找到导入任务“{id}”，或它不在您的辖区内。请核对任务编号。"
    en = "There is no import '{id}' in your territory. Check its id."


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """Of the rows of a list, how many came to what; when it is finished they add up to the rows."""

    rows: int = 0
    taken: int = 0
    repaired: int = 0
    refused: int = 0
    unchanged: int = 0

    @property
    def done(self) -> int:
        """Return how many rows have been dealt with."""
        return self.taken + self.repaired + self.refused + self.unchanged

    def plus(self, outcomes: Sequence[Outcome]) -> Self:
        """Return the counts with some more rows dealt with."""
        return replace(
            self,
            **{outcome.value: getattr(self, outcome.value) + outcomes.count(outcome) for outcome in Outcome},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportJob:
    """One import: where to, from whom, how the file was read, how far it is.

    `last_line` is the last line of the file dealt with; `fault` says in both languages why it failed.
    """

    id: UUID
    territory: TerritoryCode
    source: str
    file_name: str
    requested_by: Actor
    requested_at: datetime
    state: ImportState = ImportState.WAITING
    format: str | None = None
    encoding: str | None = None
    layout: Layout | None = None
    counts: Counts = Counts()
    last_line: int = 0
    finished_at: datetime | None = None
    fault_zh: str | None = None
    fault_en: str | None = None
    version: int = 1

    @property
    def allowed_actions(self) -> Sequence[ImportStep]:
        """Return what a person can do with it now."""
        return [step for step in LIFECYCLE.allowed(self.state) if step is ImportStep.CANCEL]

    def started(self, *, format_: str, encoding: str | None, layout: Layout, rows: int) -> Self:
        """Return the import with its file read: the rows are known, none is dealt with."""
        return self._after(
            ImportStep.START, format=format_, encoding=encoding, layout=layout, counts=Counts(rows=rows)
        )

    def advanced(self, outcomes: Sequence[Outcome], *, last_line: int) -> Self:
        """Return the import with some more rows dealt with."""
        return replace(self, counts=self.counts.plus(outcomes), last_line=last_line, version=self.version + 1)

    def finished(self, *, at: datetime) -> Self:
        """Return the import with every row dealt with."""
        return self._after(ImportStep.FINISH, finished_at=at)

    def cancelled(self, *, at: datetime) -> Self:
        """Return the import that was called off; what is registered stays. Raises StepNotAllowed."""
        return self._after(ImportStep.CANCEL, finished_at=at)

    def failed(self, *, at: datetime, zh: str, en: str) -> Self:
        """Return the import that cannot go on, and why."""
        return self._after(ImportStep.FAIL, finished_at=at, fault_zh=zh, fault_en=en)

    def _after(self, step: ImportStep, **changes: object) -> Self:
        state = LIFECYCLE.after(self.state, step)
        return replace(self, state=state, version=self.version + 1, **changes)  # type: ignore[arg-type]  # named fields of this class
