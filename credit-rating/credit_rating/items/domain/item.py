"""The item itself, and its life."""

from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from typing import Final
from uuid import UUID

from credit_rating.items.domain.refusals import RecorderMayNotConfirm
from credit_rating.schemes.domain import Kind, Severity
from shared.kernel import Lifecycle, TerritoryCode

__all__ = ["LIFECYCLE", "CreditItem", "Effect", "Status", "Step"]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """From when until when an item counts, how much, and who confirmed it (nobody, where a fact did)."""

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
