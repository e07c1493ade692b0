"""The lines of a list as they were read, what became of each, and what was found in it."""

from collections.abc import Iterable, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Integer, Text, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from estate_registry.imports.domain import Finding, ImportJob
from estate_registry.tables import import_findings, import_rows
from shared.storage import Query, Work, columns_of, insert_rows

__all__ = ["RowOutcome", "earlier_lines", "next_rows", "put_findings", "put_outcomes", "stage_rows"]

# A line, what became of it, its key and place, the code of its estate; the last three where they are known.
RowOutcome = tuple[int, str, str | None, str | None, str | None]

_rows = import_rows.c
_NEXT: Final = Query(
    select(_rows.line, _rows.cells)
    .where(_rows.import_id == bindparam("of_import"), _rows.line > bindparam("after"))
    .order_by(_rows.line)
    .limit(bindparam("limit"))
)
_BECAME: Final = ("outcome", "key", "place", "estate_code")
_settled = (
    func.unnest(
        bindparam("lines", type_=ARRAY(Integer)), *(bindparam(name, type_=ARRAY(Text)) for name in _BECAME)
    )
    .table_valued("line", *_BECAME)
    .render_derived(name="settled")
)
_OUTCOMES: Final = Query(
    update(import_rows)
    .where(_rows.import_id == bindparam("of_import"), _rows.line == _settled.c.line)
    .values({name: _settled.c[name] for name in _BECAME})
)


def _any(name: str) -> object:
    return func.any(bindparam(name, type_=ARRAY(Text)))


# Rows that were refused have no key and no place.
_EARLIER_KEYS: Final = Query(
    select(_rows.key, _rows.line).where(_rows.import_id == bindparam("of_import"), _rows.key == _any("keys"))
)
_EARLIER_PLACES: Final = Query(
    select(_rows.place, _rows.line).where(
        _rows.import_id == bindparam("of_import"), _rows.place == _any("places")
    )
)

_FOUND: Final = ("import_id", "line", "field", "value", "kind", "result")
_PUT_FINDINGS: Final = Query(insert_rows(import_findings, *_FOUND))


async def stage_rows(work: Work, *, import_id: UUID, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Keep the rows of a file as they were read: by COPY, which alone takes lists of cells of any text."""
    # A NUL cannot be stored; nobody sees it, so it may go.
    kept = ((import_id, line, [cell.replace("\0", "") for cell in cells]) for line, cells in rows)
    await work.connection.copy_records_to_table(
        import_rows.name, records=kept, columns=["import_id", "line", "cells"]
    )


async def next_rows(work: Work, *, job: ImportJob, limit: int) -> list[tuple[int, Sequence[str]]]:
    """Return the next rows of a job that were not dealt with."""
    rows = await work.fetch_all(_NEXT, of_import=job.id, after=job.last_line, limit=limit)
    return [(row["line"], row["cells"]) for row in rows]


async def put_outcomes(work: Work, *, import_id: UUID, rows: Iterable[RowOutcome]) -> None:
    """Keep what became of rows."""
    await work.execute(_OUTCOMES, of_import=import_id, **columns_of(("lines", *_BECAME), rows))


async def put_findings(work: Work, *, import_id: UUID, findings: Sequence[tuple[int, Finding]]) -> None:
    """Keep what was found, in order."""
    rows = [
        (import_id, line, str(finding.field), finding.value, finding.kind.value, finding.result)
        for line, finding in findings
    ]
    await work.execute(_PUT_FINDINGS, **columns_of(_FOUND, rows))


async def earlier_lines(
    work: Work, *, import_id: UUID, keys: Sequence[str], places: Sequence[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return which of the keys, and of the places, earlier rows of the same list have, and on which line."""
    by_key = await work.fetch_all(_EARLIER_KEYS, of_import=import_id, keys=list(keys))
    by_place = await work.fetch_all(_EARLIER_PLACES, of_import=import_id, places=list(places))
    return {row["key"]: row["line"] for row in by_key}, {row["place"]: row["line"] for row in by_place}
