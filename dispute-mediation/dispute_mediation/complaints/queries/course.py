"""The course of a case: every fact of the journal about it, its meetings and its duties, and every step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import ARRAY, Text, any_, bindparam, select, union_all

from dispute_mediation.tables import case_steps, items, meeting_cases, metadata
from shared.kernel import mask_free_text
from shared.storage import Query, Row, Work, everywhere

__all__ = ["MOST_ENTRIES", "Entry", "course_of"]

# A case with a longer course shows its latest part.
MOST_ENTRIES: Final = 500

_journal = metadata.tables["journal"]
_SUBJECTS: Final = everywhere(
    union_all(
        select(items.c.id.label("id")).where(items.c.case_id == bindparam("case_id")),
        select(meeting_cases.c.meeting_id).where(meeting_cases.c.case_id == bindparam("case_id")),
    ),
    reason="The duties and meetings of a case belong to its course, which is shown to whoever sees the case.",
)
_FACTS: Final = Query(
    select(_journal)
    .where(_journal.c.subject == any_(bindparam("subjects", type_=ARRAY(Text))))
    .order_by(_journal.c.recorded_at.desc(), _journal.c.seq.desc())
    .limit(MOST_ENTRIES)
)
_STEPS: Final = Query(
    select(case_steps)
    .where(case_steps.c.case_id == bindparam("case_id"))
    .order_by(case_steps.c.at.desc(), case_steps.c.id.desc())
    .limit(MOST_ENTRIES)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One thing that happened: a published fact with what it says, or a step with its note."""

    at: datetime
    what: str
    person: str
    role: str
    unit: str | None
    note: str | None
    facts: dict[str, object]


async def course_of(work: Work, case_id: UUID) -> list[Entry]:
    """Return what happened to a case, the oldest first; the caller must have been shown the case."""
    others = await work.fetch_all(_SUBJECTS, case_id=case_id)
    subjects = [str(case_id), *(str(row["id"]) for row in others)]
    facts = [_fact(row) for row in reversed(await work.fetch_all(_FACTS, subjects=subjects))]
    steps = [_step(row) for row in reversed(await work.fetch_all(_STEPS, case_id=case_id))]
    return sorted([*facts, *steps], key=lambda entry: entry.at)[-MOST_ENTRIES:]


def _fact(row: Row) -> Entry:
    return Entry(
        at=row["recorded_at"],
        what=row["type"].split(".")[2],
        person=row["person"],
        role=row["role"],
        unit=row["unit"],
        note=row["reason"],
        facts=row["data"],
    )


def _step(row: Row) -> Entry:
    return Entry(
        at=row["at"],
        what=row["step"],
        person=row["person"],
        role=row["role"],
        unit=row["unit"],
        note=mask_free_text(row["note"]) if row["note"] else None,
        facts={},
    )
