"""The company of the tests, and what happens to it."""

from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime
from typing import Any, Final
from uuid import UUID

from shared.contracts.dispute_mediation import (
    ComplaintLiabilityConfirmed,
    OverdueStage,
    ResolutionItemOverdue,
)
from shared.contracts.estate_registry import OperatorAssigned

API: Final = "/api/credit-rating"
ORG: Final = "91610703MA6YW8X13N"
BASE: Final = [f"B{number:02d}" for number in range(1, 13)]

Record = Callable[..., Awaitable[dict[str, Any]]]
Standing = Callable[[], Awaitable[tuple[int, str, bool]]]

# The day of the tests' clock, in Shanghai, and a moment on it.
TODAY: Final = date(2026, 3, 2)
THIS_MORNING: Final = datetime(2026, 3, 2, 3, tzinfo=UTC)
ESTATE: Final = UUID(int=101)


def assigned(start: date, *, number: int = 1, end: date | None = None) -> OperatorAssigned:
    return OperatorAssigned(
        estate_id=UUID(int=100 + number),
        assignment_id=UUID(int=number),
        kind="company",
        org=ORG,
        custodian=None,
        contract_id=UUID(int=200 + number),
        start=start,
        end=end,
    )


def overdue(*, item: int = 31, org: str | None = ORG, stage: OverdueStage = "due") -> ResolutionItemOverdue:
    return ResolutionItemOverdue(
        item_id=UUID(int=item),
        case_id=UUID(int=32),
        estate_id=ESTATE,
        unit="610703001:town",
        org=org,
        stage=stage,
        overdue_at=THIS_MORNING,
    )


def liable(*, case: int = 32, org: str = ORG) -> ComplaintLiabilityConfirmed:
    return ComplaintLiabilityConfirmed(
        case_id=UUID(int=case),
        estate_id=ESTATE,
        org=org,
        leaf="SVC-01",
        degree="main",
        evidence_hash="0f" * 32,
        confirmed_at=THIS_MORNING,
    )
