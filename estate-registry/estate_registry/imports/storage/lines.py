"""The lines of a list as they were read, what became of each, and what was found in it."""

from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID

from sqlalchemy import Text, bindparam, func, insert, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from estate_registry.imports.domain import Finding, ImportJob
from estate_registry.tables import import_findings, import_rows
from shared.storage import Query, Work

__all__ = ["earlier_lines", "next_rows", "put_findings", "put_outcomes", "stage_rows"]

_rows = import_rows.c
_STAGE: Final = Query(
    insert(import_rows).values(
        import_id=bindparam("of_import"), line=bindparam("line"), cells=bindparam("cells")
    )
)
_NEXT: Final = Query(
    select(_rows.line, _rows.cells)
    .where(_rows.import_id == bindparam("of_import"), _rows.line > bindparam("after"))
    .order_by(_rows.line)
    .limit(bindparam("limit"))
)
_OUTCOME: Final = Query(
    update(import_rows)
    .where(_rows.import_id == bindparam("of_import"), _rows.line == bindparam("of_line"))
    .values(
        outcome=bindparam("new_outcome"),
        key=bindparam("new_key"),
        place=bindparam("new_place"),
        estate_code=bindparam("new_estate_code"),
    )
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

_PUT_FINDING: Final = Query(
    insert(import_findings).values(
        {name: bindparam(name) for name in ("import_id", "line", "field", "value", "kind", "result")}
    )
)


async def stage_rows(work: Work, *, import_id: UUID, rows: Sequence[tuple[int, Sequence[str]]]) -> None:
    """Keep the rows of a file as they were read."""
    await work.execute_many(
        _STAGE,
        [
            # A NUL cannot be stored; nobody sees it, so it may go.
            {"of_import": import_id, "line": line, "cells": [cell.replace("\0", "") for cell in cells]}
            for line, cells in rows
        ],
    )


async def next_rows(work: Work, *, job: ImportJob, limit: int) -> list[tuple[int, Sequence[str]]]:
    """Return the next rows of a job that were not dealt with."""
    rows = await work.fetch_all(_NEXT, of_import=job.id, after=job.last_line, limit=limit)
    return [(row["line"], row["cells"]) for row in rows]


async def put_outcomes(work: Work, rows: Sequence[Mapping[str, object]]) -> None:
    """Keep what became of rows."""
    await work.execute_many(_OUTCOME, rows)


async def put_findings(work: Work, *, import_id: UUID, findings: Sequence[tuple[int, Finding]]) -> None:
    """Keep what was found, in order."""
    await work.execute_many(
        _PUT_FINDING,
        [
            {
                "import_id": import_id,
                "line": line,
                "field": str(finding.field),
                "value": finding.value,
                "kind": finding.kind.value,
                "result": finding.result,
            }
            for line, finding in findings
        ],
    )


async def earlier_lines(
    work: Work, *, import_id: UUID, keys: Sequence[str], places: Sequence[str]
) -> tuple[dict[str, int], dict[str, int]]:
    """Return which of the keys, and of the places, earlier rows of the same list have, and on which line."""
    by_key = await work.fetch_all(_EARLIER_KEYS, of_import=import_id, keys=list(keys))
    by_place = await work.fetch_all(_EARLIER_PLACES, of_import=import_id, places=list(places))
    return {row["key"]: row["line"] for row in by_key}, {row["place"]: row["line"] for row in by_place}
