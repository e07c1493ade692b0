"""The way of one event as one service knows it, and the versions of a subject that it recorded."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.storage import Row, Work

__all__ = [
    "ArrivalState",
    "Arrived",
    "Followed",
    "Following",
    "Recorded",
    "SubjectVersions",
    "follow_event",
    "versions_of",
]

MOST_FOLLOWING: Final = 200
MOST_MISSING: Final = 200

_RECORDED: Final = """
SELECT j.event_id, j.type, j.subject, j.subject_version, j.recorded_at, j.role, j.traceparent, j.causation_id,
    EXISTS (SELECT FROM outbox AS o WHERE o.seq = j.seq) AS in_outbox
FROM journal AS j WHERE j.event_id = $1
"""
_ARRIVED: Final = """
SELECT i.partition, i.position, i.published_at, i.received_at, i.applied_at, p.state AS parked_state,
    p.attempts, p.parked_at, p.error, p.decided_by, p.decided_at, p.why
FROM inbox AS i LEFT JOIN parked AS p ON p.consumer = i.consumer AND p.event_id = i.event_id
WHERE i.consumer = $1 AND i.event_id = $2
"""
# A reaction records at the moment that its inbox row names: that is the beginning of the journal's key.
_FOLLOWING: Final = """
SELECT event_id, type, subject, subject_version, recorded_at FROM journal
WHERE recorded_at = $1 AND causation_id = $2 ORDER BY seq LIMIT $3
"""
_VERSIONS: Final = """
SELECT coalesce((SELECT version FROM subject_heads WHERE subject = $1), 0) AS version,
    (SELECT count(*) FROM journal WHERE subject = $1) AS recorded
"""
_MISSING: Final = """
SELECT n FROM generate_series(1, $2::int) AS n
WHERE NOT EXISTS (SELECT FROM journal WHERE subject = $1 AND subject_version = n) ORDER BY n LIMIT $3
"""


class ArrivalState(StrEnum):
    """What became of an event where it came in."""

    APPLIED = "applied"
    # It failed, or an earlier one of its subject did: a person decides.
    PARKED = "parked"
    HELD = "held"
    REPLAYED = "replayed"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Recorded:
    """A fact in the journal of its service; `in_outbox` until the bus has acknowledged it."""

    event_id: UUID
    type: str
    subject: str
    subject_version: int
    recorded_at: datetime
    role: str
    traceparent: str | None
    causation_id: UUID | None
    in_outbox: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Following:
    """A fact that a service recorded because of the event."""

    event_id: UUID
    type: str
    subject: str
    subject_version: int
    recorded_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrived:
    """An event where it came in: its place on the bus, its moments, and what became of it."""

    state: ArrivalState
    partition: int | None
    position: int | None
    published_at: datetime | None
    received_at: datetime | None
    applied_at: datetime | None
    parked_at: datetime | None
    error: str | None
    decided_by: str | None
    decided_at: datetime | None
    why: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """All that one service knows of an event."""

    recorded: Recorded | None
    arrived: Arrived | None
    led_to: Sequence[Following]


@dataclass(frozen=True, slots=True, kw_only=True)
class SubjectVersions:
    """How many facts of a subject were recorded, and which versions are missing."""

    subject: str
    version: int
    recorded: int
    missing: Sequence[int]


async def follow_event(work: Work, *, consumer: str, event_id: UUID) -> Followed:
    """Return what this service knows of an event; nothing at all for one it never met."""
    recorded = await work.connection.fetchrow(_RECORDED, event_id)
    arrived = await work.connection.fetchrow(_ARRIVED, consumer, event_id)
    led_to = (
        await work.connection.fetch(_FOLLOWING, arrived["applied_at"], event_id, MOST_FOLLOWING)
        if arrived
        else []
    )
    return Followed(
        recorded=Recorded(**dict(recorded)) if recorded else None,
        arrived=_arrived(arrived) if arrived else None,
        led_to=[Following(**dict(row)) for row in led_to],
    )


async def versions_of(work: Work, *, subject: str) -> SubjectVersions:
    """Count the versions of a subject that were recorded here; the first missing ones by number."""
    row = await work.connection.fetchrow(_VERSIONS, subject)
    version = row["version"] if row else 0
    missing = await work.connection.fetch(_MISSING, subject, version, MOST_MISSING)
    return SubjectVersions(
        subject=subject,
        version=version,
        recorded=row["recorded"] if row else 0,
        missing=[found["n"] for found in missing],
    )


def _arrived(row: Row) -> Arrived:
    values = dict(row)
    state = _state(values.pop("parked_state"), attempts=values.pop("attempts"))
    waits = state in {ArrivalState.PARKED, ArrivalState.HELD, ArrivalState.DROPPED}
    return Arrived(**{**values, "state": state, "applied_at": None if waits else values["applied_at"]})


def _state(parked: str | None, *, attempts: int | None) -> ArrivalState:
    if parked is None:
        return ArrivalState.APPLIED
    if parked == "waiting":
        return ArrivalState.PARKED if attempts else ArrivalState.HELD
    return ArrivalState(parked)
