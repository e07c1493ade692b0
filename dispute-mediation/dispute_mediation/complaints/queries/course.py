"""The course of a case: every fact of the journal about it, its meetings and its duties, and every step."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import ARRAY, Text, any_, bindparam, select, union_all

from dispute_mediation.complaints.domain import Case
from dispute_mediation.sight import is_bound
from dispute_mediation.tables import case_steps, items, meeting_cases, metadata
from shared.identity import Role
from shared.kernel import Actor, mask_free_text
from shared.storage import Query, Row, Work, everywhere

__all__ = ["MOST_ENTRIES", "Entry", "course_of"]

# A case with a longer course shows its latest part.
MOST_ENTRIES: Final = 500
# Whoever acts in one of these roles lives in the estate: to name them may be to name who complained.
_RESIDENTS: Final = frozenset({Role.OWNER, Role.COMMITTEE_MEMBER, Role.PREPARATORY_HEAD, Role.UNIT_CONTACT})

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
    """One thing that happened: a published fact with what it says, or a step with its note.

    `person` is None where the caller may not know who it was.
    """

    at: datetime
    what: str
    person: str | None
    role: str
    unit: str | None
    note: str | None
    facts: dict[str, object]


async def course_of(work: Work, case: Case) -> list[Entry]:
    """Return what happened to a case, the oldest first; the caller must have been shown the case."""
    others = await work.fetch_all(_SUBJECTS, case_id=case.id)
    subjects = [str(case.id), *(str(row["id"]) for row in others)]
    facts = await work.fetch_all(_FACTS, subjects=subjects)
    steps = await work.fetch_all(_STEPS, case_id=case.id)
    told = [_fact(row, person=_person(row, case=case, actor=work.actor)) for row in reversed(facts)]
    noted = [_step(row, person=_person(row, case=case, actor=work.actor)) for row in reversed(steps)]
    return sorted([*told, *noted], key=lambda entry: entry.at)[-MOST_ENTRIES:]


def _person(row: Row, *, case: Case, actor: Actor) -> str | None:
    """Name staff to whoever looks after the whole territory; never name who may have complained."""
    hidden = is_bound(actor) or row["role"] in _RESIDENTS or row["person"] == case.filed_by
    return None if hidden else row["person"]


def _masked(note: str | None) -> str | None:
    return mask_free_text(note) if note else None


def _fact(row: Row, *, person: str | None) -> Entry:
    return Entry(
        at=row["recorded_at"],
        what=row["type"].split(".")[2],
        person=person,
        role=row["role"],
        unit=row["unit"],
        note=_masked(row["reason"]),
        facts=row["data"],
    )


def _step(row: Row, *, person: str | None) -> Entry:
    return Entry(
        at=row["at"],
        what=row["step"],
        person=person,
        role=row["role"],
        unit=row["unit"],
        note=_masked(row["note"]),
        facts={},
    )
