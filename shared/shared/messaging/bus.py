"""The bus as the platform sees it: one protocol, two implementations that pass one contract suite."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from shared.messaging.cloudevents import CONTENT_TYPE, STRUCTURED, MalformedMessage
from shared.messaging.envelope import Message

__all__ = ["Bus", "BusUnavailable", "Delivery", "Subscription"]


class BusUnavailable(Exception):  # noqa: N818 - named as the fact it states
    """The bus cannot be reached now. What was being published may have arrived or not: publish it again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """A message as it came off the bus, not yet read: most consumers ignore most types.

    `written_ms` is when it was put on the bus, by the bus's clock, in milliseconds since 1970.
    """

    topic: str
    partition: int
    position: int
    key: str
    headers: Mapping[str, str]
    data: bytes
    written_ms: int | None = None

    def type(self) -> str | None:
        """Return the event's type, from the headers where the mode allows; None for no CloudEvent."""
        if not self.headers.get(CONTENT_TYPE, "").startswith(STRUCTURED):
            return self.headers.get("ce_type")
        try:
            return self.message().type
        except MalformedMessage:
            return None

    def message(self) -> Message:
        """Read the envelope; raise MalformedMessage when it is not one of ours."""
        return Message.from_headers(self.headers, self.data)


class Subscription(Protocol):
    """One member of a consumer group. Events of one subject come in order and to one member at a time."""

    async def poll(self, *, limit: int, timeout_seconds: float) -> list[Delivery]:
        """Return the next messages, at most `limit`; none when the time is over.

        What was handed out and not committed comes again: to this member after a restart, or to another.
        """

    async def commit(self, done: Sequence[Delivery]) -> None:
        """Remember that these are dealt with, and all handed out before them; not what came after them.

        What is no longer held is left out.
        """

    def held(self, deliveries: Sequence[Delivery]) -> list[Delivery]:
        """Return those whose place this member has held ever since it got them: the others come again."""

    async def lags(self) -> Mapping[tuple[str, int], int]:
        """Return how many messages are not committed, by topic and partition; raise BusUnavailable."""

    async def close(self) -> None:
        """Leave the group, committing nothing."""


class Bus(Protocol):
    """Carries messages to every group that wants them, in order per subject, at least once."""

    async def publish(self, *, topic: str, messages: Sequence[Message]) -> None:
        """Return when every message is acknowledged; raise BusUnavailable when that is not certain."""

    async def subscribe(self, *, group: str, topics: Collection[str]) -> Subscription:
        """Join a group that reads these topics, from the earliest message it has not committed."""

    async def close(self) -> None:
        """Let go of what publishing holds open."""
