"""A delivery as the consumer runtime handles it: with an identity, also when it cannot be read."""

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final
from uuid import NAMESPACE_URL, UUID, uuid5

from shared.contracts import Event
from shared.messaging.bus import Delivery
from shared.messaging.cloudevents import MalformedMessage
from shared.messaging.envelope import Message
from shared.storage import json_text

__all__ = ["Arrival", "Passage"]

UNREADABLE: Final = "unreadable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Where a message lay on the bus, when it was put there (milliseconds since 1970), when it came here."""

    partition: int
    position: int
    written_ms: int | None
    received_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrival:
    """What inbox and parking know of a message. `fault` says why `message` could not be read."""

    topic: str
    event_id: UUID
    type: str
    subject: str
    subject_version: int
    document: Mapping[str, object] | None = None
    message: Message | None = None
    fault: MalformedMessage | None = None
    passage: Passage | None = None
    event: Event | None = field(default=None, compare=False)

    @classmethod
    def of(
        cls,
        delivery: Delivery,
        *,
        received_at: datetime | None = None,
        event_of: Callable[[Message], Event] | None = None,
    ) -> "Arrival":
        """Read a delivery; one that is no message of ours gets an id from its place on the bus.

        With `event_of` the fact is read as well; what is wrong with it is told by whoever needs it.
        """
        passage = Passage(
            partition=delivery.partition,
            position=delivery.position,
            written_ms=delivery.written_ms,
            received_at=received_at,
        )
        try:
            return cls.of_message(delivery.topic, delivery.message(), passage=passage, event_of=event_of)
        except MalformedMessage as fault:
            place = f"{delivery.topic}/{delivery.partition}/{delivery.position}"
            return cls(
                topic=delivery.topic,
                event_id=uuid5(NAMESPACE_URL, place),
                type=delivery.type() or UNREADABLE,
                subject=delivery.key,
                subject_version=0,
                document=_raw(delivery),
                fault=fault,
                passage=passage,
            )

    @classmethod
    def of_message(
        cls,
        topic: str,
        message: Message,
        *,
        passage: Passage | None = None,
        event_of: Callable[[Message], Event] | None = None,
    ) -> "Arrival":
        """Take a message that was read."""
        return cls(
            topic=topic,
            event_id=message.id,
            type=message.type,
            subject=message.subject,
            subject_version=message.subject_version,
            message=message,
            passage=passage,
            event=None if event_of is None else _read_ahead(message, event_of),
        )

    @property
    def place(self) -> tuple[str, str]:
        """Return the topic and subject: what is applied in order."""
        return self.topic, self.subject

    def readable(self) -> Message:
        """Return the message; raise MalformedMessage when it could not be read."""
        if self.message is None:
            raise self.fault or MalformedMessage(UNREADABLE)
        return self.message

    def as_document(self) -> Mapping[str, object]:
        """Return the message as JSON that PostgreSQL can store: structured or, unreadable, as it came."""
        if self.message is None:
            return self.document or {}
        document = self.message.structured()
        return document if _is_storable(document) else self.message.structured(as_text=False)


def _read_ahead(message: Message, event_of: Callable[[Message], Event]) -> Event | None:
    """Read the fact; None for one that cannot be read, whose turn has not come yet."""
    try:
        return event_of(message)
    except Exception:  # noqa: BLE001 - it is read again where its fault can be laid on it
        return None


def _is_storable(document: Mapping[str, object]) -> bool:
    """Say whether jsonb takes it: no zero characters, no halves of surrogate pairs."""
    try:
        text = json_text(document)
        text.encode()
    except (UnicodeEncodeError, RecursionError):
        return False
    return "\\u0000" not in text


def _raw(delivery: Delivery) -> Mapping[str, object]:
    return {
        "headers": dict(delivery.headers),
        "key": delivery.key,
        "partition": delivery.partition,
        "position": delivery.position,
        "data_base64": base64.b64encode(delivery.data).decode(),
    }
