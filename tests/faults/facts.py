"""What is said in a fault run, and the visible effect that every consumer leaves of it."""

from typing import ClassVar, Final
from uuid import UUID

from sample_service import ThingNamed

from shared.contracts import Event
from shared.storage import Work

# No constraint makes an effect unique: what is applied twice is there twice.
EFFECTS: Final = """
CREATE TABLE {schema}.effects (
    n bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    called text NOT NULL,
    subject text NOT NULL,
    subject_version int NOT NULL,
    event_id uuid NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
GRANT SELECT, INSERT ON {schema}.effects TO {schema};
"""
_NOTE: Final = "INSERT INTO effects (called, subject, subject_version, event_id) VALUES ($1, $2, $3, $4)"
# A name that begins with this cannot be applied before a person has looked.
POISON: Final = "poison:"


class PaymentAsked(Event):
    """Money is asked for; the ledger posts it. `called` is unique, `amount_fen` above zero."""

    name: ClassVar[str] = "nz.sample.PaymentAsked.v1"

    thing_id: UUID
    called: str
    amount_fen: int


class NotToday(Exception):  # noqa: N818 - named as the fact it states
    """A reaction that fails for good until a person decides."""


async def note(work: Work, *, called: str) -> None:
    """Leave one visible effect of the fact that this unit of work reacts to."""
    cause = work.occasion.cause
    assert cause is not None
    await work.connection.execute(
        _NOTE, called, cause.subject, cause.subject_version, work.occasion.causation_id
    )


async def keep_name(work: Work, event: ThingNamed | PaymentAsked) -> None:
    """Keep what was said of a thing; refuse poison."""
    if event.called.startswith(POISON):
        raise NotToday
    await note(work, called=event.called)


async def keep_any_name(work: Work, event: ThingNamed | PaymentAsked) -> None:
    """Keep what was said of a thing, poison too: a person has looked."""
    await note(work, called=event.called)
