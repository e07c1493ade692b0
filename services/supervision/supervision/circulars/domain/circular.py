"""A circular and what can be decided about it."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime
from uuid import UUID

from shared.kernel import TerritoryCode
from supervision.circulars.domain.refusals import FactCheckRunning, UnitNotNamed
from supervision.circulars.domain.states import LIFECYCLE, Kind, State, Step

__all__ = ["Circular", "Content", "Finding", "Line", "Named"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """A unit or company that a circular names, by its code; `kind` is `unit` or `org`."""

    kind: str
    code: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a circular's table: who, at which place of a ranking if it is one, with which figures."""

    code: str
    name: str
    place: int | None = None
    figures: Mapping[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A duty that a criticism rests on: owed by `unit`, or by the company `org` that it watches over."""

    item_id: UUID
    estate_id: UUID | None
    unit: str
    org: str | None
    stage: str
    due_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What a circular says, and the day of its figures. Only units, companies and counts are in it."""

    as_of: date
    title: str
    body: str
    lines: Sequence[Line]
    named: Sequence[Named]
    findings: Sequence[Finding] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Circular:
    """A circular. From the signature on it has number, year and serial, and its content is frozen."""

    id: UUID
    version: int = 1
    territory: TerritoryCode
    kind: Kind
    period: str
    state: State = State.DRAFTED
    due_on: date
    content: Content
    fact_check_until: datetime | None = None
    year: int | None = None
    serial: int | None = None
    number: str | None = None
    content_hash: str | None = None
    signed_at: datetime | None = None
    published_at: datetime | None = None

    def redraft(self, content: Content) -> "Circular":
        """Put other content in the place of a draft's; a fact check under way begins anew."""
        return replace(self._after(Step.REDRAFT), content=content, fact_check_until=None)

    def open_fact_check(self, *, until: datetime) -> "Circular":
        """Show the draft to the units it names, until a moment (SU-05)."""
        return replace(self._after(Step.OPEN_FACT_CHECK), fact_check_until=until)

    def require_signable(self, *, now: datetime) -> None:
        """Refuse to sign before the fact check is over; raise StepNotAllowed or FactCheckRunning."""
        LIFECYCLE.after(self.state, Step.SIGN)
        if self.fact_check_until is not None and now < self.fact_check_until:
            raise FactCheckRunning(until=self.fact_check_until.isoformat())

    def sign(self, *, year: int, serial: int, form: str, now: datetime) -> "Circular":
        """Give the circular its number and freeze its content under a hash.

        `form` has the fields `{year}` and `{serial}`. Raises StepNotAllowed or FactCheckRunning.
        """
        self.require_signable(now=now)
        number = form.format(year=year, serial=serial)
        return replace(
            self._after(Step.SIGN),
            year=year,
            serial=serial,
            number=number,
            content_hash=_hash(number, self.content),
            signed_at=now,
        )

    def publish(self, *, now: datetime) -> "Circular":
        """Send the circular out."""
        return replace(self._after(Step.PUBLISH), published_at=now)

    def reply(self, *, code: str) -> "Circular":
        """Take the answer of a named unit or company; raise StepNotAllowed or UnitNotNamed."""
        replied = self._after(Step.REPLY)
        if code not in {named.code for named in self.content.named}:
            raise UnitNotNamed(code=code)
        return replied

    def close(self) -> "Circular":
        """End the matter."""
        return self._after(Step.CLOSE)

    def _after(self, step: Step) -> "Circular":
        return replace(self, state=LIFECYCLE.after(self.state, step))


def _hash(number: str, content: Content) -> str:
    """Return the SHA-256 of number and content, written in one way only."""
    facts = {"number": number, **asdict(content)}
    text = json.dumps(facts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()
