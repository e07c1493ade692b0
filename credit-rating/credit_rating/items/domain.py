"""A credit item: who may record it, who confirms it, what it counts and for how long, how it is taken back.

Points are tenths. They are never overwritten: what was counted stays on the item, and a correction is a
reversing entry and, where something still counts, a new item (domain, CR-08).
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final, Literal
from uuid import UUID

from shared.kernel import Actor, Conflict, Lifecycle, NotAllowed, NotFound, TerritoryCode, add_months

__all__ = [
    "LIFECYCLE",
    "SYSTEM",
    "CreditItem",
    "Effect",
    "FactInTheFuture",
    "FactNeedsKey",
    "FactPunishedAlready",
    "ItemNotFound",
    "Kind",
    "RecorderMayNotConfirm",
    "Repeats",
    "Severity",
    "Status",
    "Step",
    "UnitMayNotRecord",
    "corrections",
    "lesser_of_the_fact",
    "recorder_of",
    "require_recorder",
]

Kind = Literal["base", "good", "bad", "blacklist"]
Severity = Literal["minor", "general", "grave"]

SYSTEM: Final = "system"
ONCE_TENTHS: Final = 10
# The office a role stands for when its token names no unit (domain, 11).
_OFFICES: Final = {"R11": "authority", "R12": "authority", SYSTEM: SYSTEM}


class Status(StrEnum):
    """Where an item is in its life."""

    RECORDED = "recorded"
    EFFECTIVE = "effective"
    REVOKED = "revoked"
    EXPIRED = "expired"


class Step(StrEnum):
    """What can be done with an item."""

    CONFIRM = "confirm"
    REVOKE = "revoke"
    EXPIRE = "expire"


# The whole life of an item. A pair that is not here is not allowed.
LIFECYCLE: Final = Lifecycle(
    {
        (Status.RECORDED, Step.CONFIRM): Status.EFFECTIVE,
        (Status.RECORDED, Step.REVOKE): Status.REVOKED,
        (Status.EFFECTIVE, Step.REVOKE): Status.REVOKED,
        (Status.EFFECTIVE, Step.EXPIRE): Status.EXPIRED,
    }
)


class ItemNotFound(NotFound):
    """No credit item has this id, or not within the caller's territory."""

    zh = "没有编号为 {id} 的信用项目，请核对编号。"
    en = "There is no credit item {id}. Check the number."


class UnitMayNotRecord(NotAllowed):
    """The recorder's unit is not one that may record the item (CR-04)."""

    zh = "信用项目 {code} 应由 {recorders} 记录，您所在单位（{unit}）不能记录。请将线索转交相应单位。"
    en = "Item {code} is recorded by {recorders}, not by {unit}. Hand the matter to one of them."


class RecorderMayNotConfirm(NotAllowed):
    """The person who recorded an item wants to confirm it."""

    zh = "记录人不能确认自己记录的信用项目（四眼原则），请由另一人确认。"
    en = "Whoever recorded an item may not confirm it. Have another person confirm it."


class FactNeedsKey(Conflict):
    """A bad item does not say which fact it punishes, so nothing could keep it from being punished twice."""

    zh = "不良信息 {code} 须填写事实编号 fact_key（如案件号、文书号），以免一事多罚。"
    en = "Bad item {code} needs a fact_key (a case or document number), so that a fact is punished once."


class FactPunishedAlready(Conflict):
    """The fact has an item already that weighs as much or more (CR-05)."""

    zh = "同一事实（{fact_key}）已记 {code}，一事只计最高一项，不再重复记录。"
    en = "The fact {fact_key} counts as {code} already; one fact counts once, by its highest item."


class FactInTheFuture(Conflict):
    """The fact is said to have happened on a day that has not come."""

    zh = "事实发生日 {occurred_on} 尚未到来，请核对日期。"
    en = "The fact is dated {occurred_on}, a day that has not come. Check the date."


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How a bad item weighs when it comes again (CR-06).

    `factors_tenths` holds the factor of the first, second, … time within `window_months`; the last one is
    for all that follow. A multiplied value is rounded up to a multiple of `round_to_tenths`.
    """

    window_months: int
    factors_tenths: tuple[int, ...]
    round_to_tenths: int

    def factor(self, earlier: Iterable[date], *, on: date) -> int:
        """Return the factor, in tenths, of an item that takes effect on a day after earlier ones."""
        recent = sum(day <= on < add_months(day, self.window_months) for day in earlier)
        return self.factors_tenths[min(recent, len(self.factors_tenths) - 1)]

    def weigh(self, points_tenths: int, *, factor_tenths: int) -> int:
        """Return the points multiplied; those of a first time stay as they are."""
        if factor_tenths == ONCE_TENTHS:
            return points_tenths
        step = self.round_to_tenths
        return -(-points_tenths * factor_tenths // (ONCE_TENTHS * step)) * step


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """From when until when an item counts, how much, and whose act makes it count (nobody's: the system's)."""

    valid_from: date
    valid_to: date
    factor_tenths: int
    counted_tenths: int
    confirmed_by: str | None = None
    confirmed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditItem:
    """One item in a company's file. Without an `effect` it waits for confirmation and counts nothing.

    `fact_key` names the fact, so that it counts once; `corrects` the item in whose place it stands.
    """

    id: UUID
    org: str
    territory: TerritoryCode
    scheme: str
    code: str
    variant: str
    kind: Kind
    severity: Severity | None
    points_tenths: int
    fact_key: str | None
    estate_id: UUID | None
    occurred_on: date
    evidence: str
    causation_id: UUID | None = None
    recorded_by: str
    recorder_unit: str
    recorded_at: datetime
    effect: Effect | None = None
    revoked_by: str | None = None
    revoked_at: datetime | None = None
    revocation_reason: str | None = None
    corrects: UUID | None = None
    status: Status = Status.RECORDED
    version: int = 1

    @property
    def counts(self) -> bool:
        """Say whether the item is in effect."""
        return self.status is Status.EFFECTIVE

    def require_confirmer(self, person: str) -> None:
        """Refuse the recorder as confirmer; raise RecorderMayNotConfirm."""
        if person == self.recorded_by:
            raise RecorderMayNotConfirm

    def take_effect(self, effect: Effect) -> "CreditItem":
        """Have the item count; raise StepNotAllowed."""
        return replace(self, status=LIFECYCLE.after(self.status, Step.CONFIRM), effect=effect)

    def revoke(self, *, person: str, at: datetime, reason: str) -> "CreditItem":
        """Take the item back; raise StepNotAllowed."""
        status = LIFECYCLE.after(self.status, Step.REVOKE)
        return replace(self, status=status, revoked_by=person, revoked_at=at, revocation_reason=reason)

    def expire(self) -> "CreditItem":
        """Close an item whose days are over; raise StepNotAllowed."""
        return replace(self, status=LIFECYCLE.after(self.status, Step.EXPIRE))


def recorder_of(actor: Actor) -> str:
    """Return the kind of unit that a person records for: `town` for `610703001:town`."""
    if actor.unit is not None:
        return actor.unit.rpartition(":")[2]
    return _OFFICES.get(actor.role, actor.role)


def require_recorder(unit: str, *, code: str, recorders: Sequence[str], records_all: str) -> None:
    """Refuse a unit that may not record the item; raise UnitMayNotRecord (CR-04)."""
    if unit != records_all and unit not in recorders:
        raise UnitMayNotRecord(code=code, recorders=", ".join(recorders), unit=unit)


def lesser_of_the_fact(item: CreditItem, effect: Effect, others: Iterable[CreditItem]) -> CreditItem | None:
    """Return the item that has to make way for this one, of the same kind and fact but lighter (CR-05).

    Raises FactPunishedAlready when one of them weighs as much or more, or has run its time.
    """
    if item.fact_key is None:
        return None
    for other in others:
        if (other.kind, other.fact_key) != (item.kind, item.fact_key) or other.effect is None:
            continue
        if other.status is Status.EXPIRED or other.effect.counted_tenths >= effect.counted_tenths:
            raise FactPunishedAlready(fact_key=item.fact_key, code=other.code)
        return other
    return None


def corrections(items: Sequence[CreditItem], repeats: Repeats) -> Iterator[tuple[CreditItem, Effect]]:
    """Yield items in effect whose factor is not what their rank says, with the effect they should have.

    All items are of one company and one bad code; needed after one of them was taken back (CR-06, CR-08).
    """
    ranked = sorted(
        ((item, item.effect) for item in items if item.effect is not None),
        key=lambda pair: (pair[1].valid_from, pair[0].recorded_at, pair[0].id),
    )
    for place, (item, effect) in enumerate(ranked):
        earlier = [before.valid_from for _, before in ranked[:place]]
        factor = repeats.factor(earlier, on=effect.valid_from)
        if item.counts and factor != effect.factor_tenths:
            counted = repeats.weigh(item.points_tenths, factor_tenths=factor)
            yield item, replace(effect, factor_tenths=factor, counted_tenths=counted)
