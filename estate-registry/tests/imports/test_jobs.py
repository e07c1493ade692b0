from datetime import UTC, datetime
from uuid import UUID

import pytest

from estate_registry.imports.domain import (
    LIFECYCLE,
    Counts,
    ImportJob,
    ImportState,
    ImportStep,
    Layout,
    Outcome,
)
from shared.kernel import Actor, StepNotAllowed

NOW = datetime(2026, 3, 2, 4, tzinfo=UTC)
JOB = ImportJob(
    id=UUID(int=1),
    territory="610703",
    source="底册",
    file_name="list.csv",
    requested_by=Actor(person="li", role="R11"),
    requested_at=NOW,
)


def test_an_import_is_read_worked_off_and_finished() -> None:
    running = JOB.started(format_="csv", encoding="utf-8", layout=Layout(columns=()), rows=2)
    worked = running.advanced([Outcome.TAKEN, Outcome.REFUSED], last_line=3)
    finished = worked.finished(at=NOW)

    assert [job.state for job in (JOB, running, worked, finished)] == [
        "waiting",
        "running",
        "running",
        "finished",
    ]
    assert finished.counts == Counts(rows=2, taken=1, refused=1)
    assert [job.version for job in (JOB, running, worked, finished)] == [1, 2, 3, 4]


@pytest.mark.parametrize("state", [ImportState.FINISHED, ImportState.CANCELLED, ImportState.FAILED])
@pytest.mark.parametrize("step", list(ImportStep))
def test_an_import_that_has_ended_stays_ended(state: ImportState, step: ImportStep) -> None:
    with pytest.raises(StepNotAllowed):
        LIFECYCLE.after(state, step)


@pytest.mark.parametrize("step", [ImportStep.FINISH])
def test_an_import_that_was_not_read_cannot_be_finished(step: ImportStep) -> None:
    with pytest.raises(StepNotAllowed):
        LIFECYCLE.after(ImportState.WAITING, step)


def test_a_person_can_only_call_it_off() -> None:
    assert JOB.allowed_actions == [ImportStep.CANCEL]
    assert JOB.cancelled(at=NOW).allowed_actions == []
