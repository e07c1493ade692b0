"""What a case is made of when it comes in: its number, its words, and the earlier cases it may repeat."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert, not_, select
from sqlalchemy.dialects.postgresql import insert as upsert

from dispute_mediation.complaints.domain import OPEN, Candidate, Case, FileRef, Filing, State
from dispute_mediation.tables import among, case_numbers, case_statements, cases
from shared.storage import Query, Row, Work, in_scope

__all__ = ["MOST_CANDIDATES", "earlier_cases", "file_refs", "load_statement", "next_serial", "put_statement"]

# An estate with more cases than this within the window of repeats has other troubles than repeats.
MOST_CANDIDATES: Final = 200

_number = upsert(case_numbers).values(town=bindparam("town"), year=bindparam("year"), last=1)
_NEXT: Final = Query(
    _number.on_conflict_do_update(
        index_elements=["town", "year"], set_={"last": case_numbers.c.last + 1}
    ).returning(case_numbers.c.last)
)
_PUT_STATEMENT: Final = Query(insert(case_statements))
_STATEMENT: Final = Query(select(case_statements).where(case_statements.c.case_id == bindparam("case_id")))
_EARLIER: Final = Query(
    select(cases.c.id, cases.c.leaf, cases.c.mark, cases.c.state, cases.c.received_at, case_statements.c.text)
    .join(case_statements, case_statements.c.case_id == cases.c.id)
    .where(
        cases.c.estate_id == bindparam("estate_id"),
        cases.c.received_at >= bindparam("since"),
        cases.c.received_at <= bindparam("until"),
        cases.c.id != bindparam("other_than"),
        not_(among(cases.c.state, [State.MERGED, State.REJECTED])),
        in_scope(cases.c.territory),
    )
    .order_by(cases.c.received_at.desc())
    .limit(MOST_CANDIDATES)
)


async def next_serial(work: Work, *, town: str, year: int) -> int:
    """Return the next serial of a town and year, from 1 without gaps.

    The counter's row stays locked until the commit: cases of one town come in one after the other, so that
    each sees the earlier ones when it looks for the matter it repeats.
    """
    row = await work.fetch_one(_NEXT, town=town, year=year)
    return int(row["last"]) if row else 1


async def put_statement(work: Work, *, case_id: UUID, filing: Filing) -> None:
    """Keep what was written; it is never changed."""
    await work.put(
        _PUT_STATEMENT,
        case_id=case_id,
        text=filing.text,
        wish=filing.wish,
        building=filing.building,
        place_text=filing.place_text,
        files=[asdict(file) for file in filing.files],
    )


async def load_statement(work: Work, *, case_id: UUID) -> Row | None:
    """Return what was written."""
    return await work.fetch_one(_STATEMENT, case_id=case_id)


async def earlier_cases(work: Work, *, case: Case, since: datetime) -> Sequence[tuple[Candidate, str]]:
    """Return the cases of the same estate that came in since, with their texts, the newest first."""
    rows = await work.fetch_all(
        _EARLIER, estate_id=case.estate_id, since=since, until=case.received_at, other_than=case.id
    )
    return [(_candidate(row), row["text"]) for row in rows]


def _candidate(row: Row) -> Candidate:
    return Candidate(
        case_id=row["id"],
        leaf=row["leaf"],
        mark=row["mark"],
        open=State(row["state"]) in OPEN,
        received_at=row["received_at"],
    )


def file_refs(stored: Sequence[Mapping[str, str]]) -> tuple[FileRef, ...]:
    """Return file references as they were kept."""
    return tuple(FileRef(**file) for file in stored)
