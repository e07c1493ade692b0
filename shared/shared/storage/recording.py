"""Writing facts: subject heads, journal and outbox in one statement, at the end of the transaction.

The row lock on the subject's head is held from here to the commit, and the journal's number is drawn
after it: so for one subject the order of numbers, of versions and of commits is the same order.
"""

import json
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

from shared.storage.facts import Fact
from shared.storage.occasion import Occasion

if TYPE_CHECKING:
    import asyncpg
    from asyncpg.pool import PoolConnectionProxy

__all__ = ["MAX_FACT_BYTES", "RECORD", "FactTooLarge", "facts_arguments", "record_facts"]

# Kafka's default message limit is 1 MiB; headers and compression framing need room.
MAX_FACT_BYTES: Final = 900_000
# With a space after every byte it would still fit.
SURELY_SMALL_BYTES: Final = MAX_FACT_BYTES // 2

# The comment is where `closing` has it wait for the changes of the same statement.
RECORD: Final = """\
WITH facts AS (
    SELECT f.* FROM unnest(
        $1::uuid[], $2::text[], $3::text[], $4::text[], $5::int[], $6::int[], $7::int[], $8::text[],
        $9::text[], $10::uuid[]
    ) WITH ORDINALITY AS f(event_id, type, subject, territory, place, of_subject, pii_level, data,
        traceparent, causation_id, n) /*settled*/
), heads AS (
    INSERT INTO subject_heads AS h (subject, version)
    SELECT subject, max(of_subject) FROM facts GROUP BY subject ORDER BY subject
    ON CONFLICT (subject) DO UPDATE SET version = h.version + excluded.version
    RETURNING h.subject, h.version
), recorded AS (
    INSERT INTO journal (recorded_at, event_id, type, subject, subject_version, territory, person, role, unit,
        org, on_behalf_of, reason, origin, traceparent, causation_id, pii_level, data)
    SELECT $11::timestamptz, event_id, type, f.subject, heads.version - of_subject + place, territory,
        $12::text, $13::text, $14::text, $15::text, $16::text, $17::text, $18::text, traceparent,
        causation_id, pii_level, data::jsonb
    FROM facts f JOIN heads ON heads.subject = f.subject ORDER BY n
    RETURNING seq, recorded_at
)
INSERT INTO outbox (seq, recorded_at) SELECT seq, recorded_at FROM recorded
"""


class FactTooLarge(Exception):  # noqa: N818 - named as the fact it states
    """An event is too large for the bus: a fault of the program, refused when it is recorded."""


async def record_facts(
    connection: "PoolConnectionProxy[asyncpg.Record]", *, occasion: Occasion, facts: Sequence[Fact]
) -> None:
    """Write journal and outbox rows for the facts, in order, each with its own cause and trace.

    Does nothing without facts.
    """
    if facts:
        await connection.execute(RECORD, *facts_arguments(occasion, facts))


def facts_arguments(occasion: Occasion, facts: Sequence[Fact]) -> list[object]:
    """Return the arguments of RECORD; raise FactTooLarge."""
    actor = occasion.actor
    return [
        *_columns(facts),
        occasion.now,
        actor.person,
        actor.role,
        actor.unit,
        actor.org,
        actor.on_behalf_of,
        occasion.reason,
        occasion.origin,
    ]


def _columns(facts: Sequence[Fact]) -> tuple[list[object], ...]:
    totals = Counter(fact.subject for fact in facts)
    seen: Counter[str] = Counter()
    rows: list[tuple[object, ...]] = []
    for fact in facts:
        seen[fact.subject] += 1
        rows.append(
            (
                fact.id,
                fact.event.name,
                fact.subject,
                fact.territory,
                seen[fact.subject],
                totals[fact.subject],
                fact.event.pii_level,
                _payload(fact),
                fact.traceparent,
                fact.causation_id,
            )
        )
    return tuple(list(column) for column in zip(*rows, strict=True))


def _payload(fact: Fact) -> str:
    text = fact.event.model_dump_json()
    if len(text.encode()) > SURELY_SMALL_BYTES and _bytes_sent(text) > MAX_FACT_BYTES:
        message = f"{fact.event.name} about {fact.subject} has more than {MAX_FACT_BYTES} bytes."
        raise FactTooLarge(message)
    return text


def _bytes_sent(text: str) -> int:
    """Return the size of a payload on the bus: PostgreSQL writes a space after each comma and colon."""
    return len(json.dumps(json.loads(text), ensure_ascii=False).encode())
