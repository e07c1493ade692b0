"""The way of one event: every service is asked over HTTP for what it knows, and the hops are put together."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

from onebox.client import Client
from onebox.services import SERVICES

__all__ = ["EventUnknown", "Hop", "Trace", "trace_event"]

_MILLISECOND: Final = timedelta(milliseconds=1)
Answer = Mapping[str, Any]


class EventUnknown(Exception):  # noqa: N818 - named as the fact it states
    """No service has met the event."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One step of the way: what happened where and when, and how long after the event was recorded."""

    service: str
    hop: str
    at: str | None
    after_ms: float | None
    says: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trace:
    """The whole way. `awaited` are services that listen to such events and have not received this one."""

    event_id: UUID
    hops: Sequence[Hop]
    awaited: Sequence[str]
    led_to: Sequence[Answer]

    def as_json(self) -> dict[str, Any]:
        """Return it for machines."""
        return {
            "event_id": str(self.event_id),
            "hops": [asdict(hop) for hop in self.hops],
            "awaited": list(self.awaited),
            "led_to": [dict(each) for each in self.led_to],
        }

    def lines(self) -> Iterator[str]:
        """Yield it for a person, a line a hop."""
        for hop in self.hops:
            after = "" if hop.after_ms is None else f"+{hop.after_ms:.1f} ms"
            yield f"{hop.hop:<10} {hop.at or '-':<32} {after:>12}  {hop.service}  {hop.says}".rstrip()
        for service in self.awaited:
            yield f"{'awaited':<10} {'-':<32} {'':>12}  {service}  尚未收到 / not received yet"
        for each in self.led_to:
            what = f"{each['type']} {each['subject']} v{each['subject_version']} {each['event_id']}"
            yield f"{'led to':<10} {each['recorded_at']:<32} {'':>12}  {each['service']}  {what}"


async def trace_event(client: Client, event_id: UUID, *, authorization: str) -> Trace:
    """Ask every service, and again those it may still come to; raise EventUnknown when none knows it."""
    known = await _ask(client, event_id, authorization)
    origin = next((each for each in known if each["recorded"]), None)
    arrived = [each for each in known if each["arrived"]]
    if origin is None and not arrived:
        message = f"没有服务见过事件 {event_id}，请核对编号 / No service has met this event. Check the id."
        raise EventUnknown(message)
    awaited: list[str] = []
    if origin is not None:
        asked = await _ask(client, event_id, authorization, type=origin["recorded"]["type"])
        awaited = [each["service"] for each in asked if each["listens"] and not each["arrived"]]
    return Trace(
        event_id=event_id,
        hops=list(_hops(origin, arrived)),
        awaited=awaited,
        led_to=[{"service": each["service"], **fact} for each in arrived for fact in each["led_to"]],
    )


async def _ask(client: Client, event_id: UUID, authorization: str, **params: str) -> list[Answer]:
    answers = await asyncio.gather(
        *(
            client.send(
                "GET",
                f"/api/{service.name}/operations/events/{event_id}",
                authorization=authorization,
                params=params,
            )
            for service in SERVICES
        )
    )
    return [answer.json() for answer in answers]


def _hops(origin: Answer | None, arrived: Sequence[Answer]) -> Iterator[Hop]:
    start = origin["recorded"]["recorded_at"] if origin else None
    if origin is not None:
        fact = origin["recorded"]
        says = f"{fact['type']} {fact['subject']} v{fact['subject_version']} {fact['role']}"
        yield Hop(service=origin["service"], hop="recorded", at=start, after_ms=0.0, says=says)
        yield _published(origin, arrived, start)
    for each in sorted(arrived, key=lambda answer: str(answer["arrived"]["received_at"])):
        yield from _arrival(each, start)


def _published(origin: Answer, arrived: Sequence[Answer], start: str | None) -> Hop:
    """Tell when it was put on the bus: whoever received it knows."""
    seen = [each["arrived"] for each in arrived if each["arrived"]["published_at"]]
    if not seen:
        waits = origin["recorded"]["in_outbox"]
        says = "仍在发件箱 / still in the outbox" if waits else "时间不详 / nobody who received it tells when"
        return Hop(service=origin["service"], hop="published", at=None, after_ms=None, says=says)
    first = min(seen, key=lambda one: str(one["published_at"]))
    says = f"partition {first['partition']} position {first['position']}"
    at = first["published_at"]
    return Hop(service=origin["service"], hop="published", at=at, after_ms=_after(start, at), says=says)


def _arrival(answer: Answer, start: str | None) -> Iterator[Hop]:
    service, came = answer["service"], answer["arrived"]
    received = came["received_at"]
    yield Hop(service=service, hop="received", at=received, after_ms=_after(start, received))
    state = came["state"]
    at = {"parked": came["parked_at"], "held": came["parked_at"], "dropped": came["decided_at"]}.get(
        state, came["applied_at"]
    )
    says = " ".join(str(part) for part in (came["error"], came["decided_by"], came["why"]) if part)
    yield Hop(service=service, hop=state, at=at, after_ms=_after(start, at), says=says)


def _after(start: str | None, at: str | None) -> float | None:
    if start is None or at is None:
        return None
    return (datetime.fromisoformat(at) - datetime.fromisoformat(start)) / _MILLISECOND
