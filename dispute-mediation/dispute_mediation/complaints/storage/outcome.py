"""What came of a case: its results, and the tries to ask the person."""

from dataclasses import asdict
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select, update

from dispute_mediation.complaints.domain import Callback, Degree, Liability, Resolution, Result, Verdict
from dispute_mediation.complaints.storage.intake import file_refs
from dispute_mediation.tables import callbacks, resolutions
from shared.storage import Query, Row, Work

__all__ = [
    "insert_callback",
    "insert_resolution",
    "load_callbacks",
    "load_resolutions",
    "save_confirmation",
]

_PUT_RESOLUTION: Final = Query(insert(resolutions))
_RESOLUTIONS: Final = Query(
    select(resolutions).where(resolutions.c.case_id == bindparam("case_id")).order_by(resolutions.c.round)
)
_CONFIRM: Final = Query(
    update(resolutions)
    .where(
        resolutions.c.case_id == bindparam("key"),
        resolutions.c.round == bindparam("of_round"),
        resolutions.c.confirmed_by.is_(None),
    )
    .values(confirmed_by=bindparam("confirmed_by"), confirmed_at=bindparam("confirmed_at"))
)
_PUT_CALLBACK: Final = Query(insert(callbacks))
_CALLBACKS: Final = Query(
    select(callbacks)
    .where(callbacks.c.case_id == bindparam("case_id"))
    .order_by(callbacks.c.round, callbacks.c.try_no)
)


async def insert_resolution(work: Work, resolution: Resolution) -> None:
    """Keep a result."""
    verdict = resolution.verdict
    await work.put(
        _PUT_RESOLUTION,
        case_id=resolution.case_id,
        round=resolution.round,
        result=verdict.result,
        liability=verdict.liability,
        org=verdict.org,
        degree=verdict.degree,
        reply=verdict.reply,
        evidence=[asdict(file) for file in verdict.evidence],
        evidence_hash=resolution.evidence_hash,
        days=resolution.days,
        resolved_by=resolution.resolved_by,
        resolved_at=resolution.resolved_at,
        confirmed_by=resolution.confirmed_by,
        confirmed_at=resolution.confirmed_at,
    )


async def load_resolutions(work: Work, *, case_id: UUID) -> list[Resolution]:
    """Return the results of a case: one, or two when it was reopened."""
    return [_resolution(row) for row in await work.fetch_all(_RESOLUTIONS, case_id=case_id)]


async def save_confirmation(work: Work, resolution: Resolution) -> None:
    """Keep who confirmed the liability; raise ChangedMeanwhile when someone did already."""
    await work.save(
        _CONFIRM,
        key=resolution.case_id,
        of_round=resolution.round,
        confirmed_by=resolution.confirmed_by,
        confirmed_at=resolution.confirmed_at,
    )


def _resolution(row: Row) -> Resolution:
    verdict = Verdict(
        result=Result(row["result"]),
        liability=Liability(row["liability"]),
        org=row["org"],
        degree=Degree(row["degree"]) if row["degree"] else None,
        reply=row["reply"],
        evidence=file_refs(row["evidence"]),
    )
    rest = {
        name: row[name]
        for name in ("case_id", "round", "evidence_hash", "days", "resolved_by", "resolved_at")
    }
    return Resolution(
        **rest, verdict=verdict, confirmed_by=row["confirmed_by"], confirmed_at=row["confirmed_at"]
    )


async def insert_callback(work: Work, callback: Callback) -> None:
    """Keep a try to reach the person."""
    await work.put(_PUT_CALLBACK, **asdict(callback))


async def load_callbacks(work: Work, *, case_id: UUID) -> list[Callback]:
    """Return every try to reach the person."""
    return [Callback(**dict(row)) for row in await work.fetch_all(_CALLBACKS, case_id=case_id)]
