"""A district as the other services tell of it, and how its facts are delivered."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final
from uuid import UUID

from shared.contracts import Event
from shared.contracts.credit_rating import (
    CompanyEntered,
    CreditGradeChanged,
    CreditItemRecorded,
    CreditItemRevoked,
)
from shared.contracts.dispute_mediation import (
    CallbackCompleted,
    ComplaintAccepted,
    ComplaintLiabilityConfirmed,
    ComplaintMergedAsRepeat,
    ComplaintOverdue,
    ComplaintReceived,
    ComplaintRejected,
    ComplaintResolved,
    JointMeetingConvened,
    ResolutionItemAssigned,
    ResolutionItemOverdue,
    ResolutionItemVerified,
)
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
    ServiceModeChanged,
)
from shared.contracts.exchange import ExternalOrderImported
from shared.contracts.subsidy_ledger import (
    BudgetThresholdReached,
    SubsidyApplied,
    SubsidyCommitted,
    SubsidyDisbursed,
    SubsidyPostingReversed,
    SubsidyReviewed,
)
from shared.kernel import new_id
from shared.testing.clock import NOON

API: Final = "/api/supervision"
ORG: Final = "91610703MA6YW8X13N"
ESTATE: Final = UUID("00000000-0000-7000-8000-000000000001")
CODE: Final = "610703001-0001-9"
TOWN_UNIT: Final = "610703001:town"
COMMUNITY: Final = "610703001001"
Hear = Callable[..., Awaitable[None]]


def nth(kind: int, number: int = 1) -> UUID:
    """Return an id that a reader can tell: its kind and number."""
    return UUID(f"00000000-0000-7000-8{kind:03d}-{number:012d}")


CUSTODY: Final = nth(1)
ASSIGNMENT: Final = nth(2)
CONTRACT: Final = nth(3)
CASE: Final = nth(4)
REPEAT: Final = nth(4, 2)
REJECTED: Final = nth(4, 3)
REOPENED: Final = nth(4, 4)
MEETING: Final = nth(5)
OVERDUE_ITEM: Final = nth(6)
DONE_ITEM: Final = nth(6, 2)
LATE_ITEM: Final = nth(6, 3)
CLAIM: Final = nth(7)
BUDGET: Final = nth(8)
ORDER: Final = nth(9)


def estate_registered(
    estate_id: UUID = ESTATE, *, code: str = CODE, territory: str = COMMUNITY, households: int = 120
) -> EstateRegistered:
    return EstateRegistered(
        estate_id=estate_id,
        code=code,
        estate_name="和平家园",
        territory=territory,
        year_built=1996,
        area_m2x100=1_000_000,
        households=households,
        buildings=4,
        three_no=True,
        registered_on=date(2026, 1, 5),
    )


def mode_changed(
    mode: str, *, start: date = date(2026, 1, 1), estate_id: UUID = ESTATE, old: str | None = None
) -> ServiceModeChanged:
    return ServiceModeChanged.model_validate(
        {
            "estate_id": estate_id,
            "old_mode": old,
            "new_mode": mode,
            "reason": "登记入库",
            "effective_from": start,
        }
    )


def operator_assigned(
    assignment_id: UUID = CUSTODY,
    *,
    estate_id: UUID = ESTATE,
    org: str | None = None,
    start: date = date(2026, 1, 1),
    end: date | None = None,
) -> OperatorAssigned:
    return OperatorAssigned(
        estate_id=estate_id,
        assignment_id=assignment_id,
        kind="company" if org else "custody",
        org=org,
        custodian=None if org else f"{COMMUNITY}:community",
        contract_id=CONTRACT if org else None,
        start=start,
        end=end,
    )


def operator_vacated(at: date, assignment_id: UUID = CUSTODY, *, org: str | None = None) -> OperatorVacated:
    return OperatorVacated(
        estate_id=ESTATE,
        assignment_id=assignment_id,
        kind="company" if org else "custody",
        org=org,
        custodian=None if org else f"{COMMUNITY}:community",
        at=at,
        reason="签约",
    )


def complaint_received(
    case_id: UUID = CASE, *, estate_id: UUID = ESTATE, hours: int = 0
) -> ComplaintReceived:
    return ComplaintReceived(
        case_id=case_id,
        case_no=f"NZ-{case_id.int % 1000}",
        channel="hotline_12345",
        leaf="SRV-01",
        estate_id=estate_id,
        org=ORG,
        urgency="normal",
        order_no="D1",
        received_at=NOON + timedelta(hours=hours),
    )


def complaint_accepted(
    case_id: UUID = CASE, *, estate_id: UUID = ESTATE, due_at: datetime = NOON + timedelta(days=5)
) -> ComplaintAccepted:
    return ComplaintAccepted(
        case_id=case_id,
        estate_id=estate_id,
        level="town",
        host_unit=TOWN_UNIT,
        due_at=due_at,
        due_provisional=False,
    )


def complaint_overdue(
    stage: str = "due", case_id: UUID = CASE, *, estate_id: UUID | None = ESTATE
) -> ComplaintOverdue:
    return ComplaintOverdue.model_validate(
        {"case_id": case_id, "estate_id": estate_id, "unit": TOWN_UNIT, "stage": stage}
    )


def complaint_resolved(case_id: UUID = CASE, *, estate_id: UUID = ESTATE) -> ComplaintResolved:
    return ComplaintResolved(
        case_id=case_id, estate_id=estate_id, result="solved", liability="company", org=ORG, days=4
    )


def item_assigned(
    item_id: UUID = OVERDUE_ITEM, *, estate_id: UUID | None = ESTATE, unit: str = TOWN_UNIT
) -> ResolutionItemAssigned:
    return ResolutionItemAssigned(
        item_id=item_id,
        meeting_id=MEETING,
        case_id=CASE,
        estate_id=estate_id,
        unit=unit,
        org=ORG,
        due_at=NOON + timedelta(days=item_id.int % 7),
    )


def item_overdue(
    stage: str = "plus_5",
    item_id: UUID = OVERDUE_ITEM,
    *,
    estate_id: UUID | None = ESTATE,
    unit: str = TOWN_UNIT,
) -> ResolutionItemOverdue:
    return ResolutionItemOverdue.model_validate(
        {
            "item_id": item_id,
            "case_id": CASE,
            "estate_id": estate_id,
            "unit": unit,
            "org": ORG,
            "stage": stage,
            "overdue_at": NOON,
        }
    )


def item_verified(
    item_id: UUID = DONE_ITEM, *, passed: bool = True, estate_id: UUID | None = ESTATE, unit: str = TOWN_UNIT
) -> ResolutionItemVerified:
    return ResolutionItemVerified(
        item_id=item_id,
        case_id=CASE,
        estate_id=estate_id,
        unit=unit,
        org=ORG,
        passed=passed,
        on_time=passed,
    )


def paid(
    amount_fen: int, voucher_no: str, *, estate_id: UUID = ESTATE, claim_id: UUID = CLAIM
) -> SubsidyDisbursed:
    return SubsidyDisbursed(
        claim_id=claim_id,
        programme="P02",
        estate_id=estate_id,
        payee=ORG,
        amount_fen=amount_fen,
        coefficient_hundredths=90,
        voucher_no=voucher_no,
    )


def taken_back(
    kind: str, reversed_voucher_no: str, voucher_no: str, *, amount_fen: int = 450_000
) -> SubsidyPostingReversed:
    return SubsidyPostingReversed.model_validate(
        {
            "claim_id": CLAIM,
            "programme": "P02",
            "estate_id": ESTATE,
            "payee": ORG,
            "kind": kind,
            "amount_fen": amount_fen,
            "voucher_no": voucher_no,
            "reversed_voucher_no": reversed_voucher_no,
        }
    )


def committed(voucher_no: str) -> SubsidyCommitted:
    return SubsidyCommitted(
        claim_id=CLAIM,
        programme="P02",
        estate_id=ESTATE,
        payee=ORG,
        amount_fen=450_000,
        voucher_no=voucher_no,
    )


def _register() -> dict[str, list[Event]]:
    covered = ServiceContractSigned(
        contract_id=CONTRACT,
        contract_no="HT-1",
        estate_ids=[ESTATE],
        org=ORG,
        fee_fen_per_m2_month=60,
        start=date(2026, 2, 1),
        end=date(2027, 2, 1),
        signed_on=date(2026, 1, 20),
        filing_due=date(2026, 2, 19),
    )
    updated = EstateProfileUpdated(
        estate_id=ESTATE,
        version=3,
        changed=["households"],
        estate_name="和平家园",
        area_m2x100=1_000_000,
        households=130,
        buildings=4,
        three_no=False,
    )
    return {
        "estate": [
            estate_registered(),
            mode_changed("community_management"),
            operator_assigned(),
            # A mode planned for April, which the next change makes fall away.
            mode_changed("quasi_service", start=date(2026, 4, 1), old="community_management"),
            updated,
            operator_vacated(date(2026, 2, 1)),
            operator_assigned(ASSIGNMENT, org=ORG, start=date(2026, 2, 1)),
            mode_changed("standard_property", start=date(2026, 2, 1), old="community_management"),
        ],
        "contract": [covered],
    }


def _grievances() -> dict[str, list[Event]]:
    merged = ComplaintMergedAsRepeat(case_id=REPEAT, estate_id=ESTATE, master_id=CASE, repeat_count=1)
    rejected = ComplaintRejected(case_id=REJECTED, estate_id=ESTATE, reason="in_court")
    called = CallbackCompleted(case_id=CASE, estate_id=ESTATE, reached=True, solved=True, score=4)
    liable = ComplaintLiabilityConfirmed(
        case_id=CASE,
        estate_id=ESTATE,
        org=ORG,
        leaf="SRV-01",
        degree="main",
        evidence_hash="0" * 64,
        confirmed_at=NOON,
    )
    meeting = JointMeetingConvened(
        meeting_id=MEETING, level="town", case_ids=[CASE, REOPENED], units=[TOWN_UNIT], starts_at=NOON
    )
    done_late = item_verified(LATE_ITEM).model_copy(update={"on_time": False})
    order = ExternalOrderImported(
        order_id=ORDER,
        order_no="D1",
        kind="complaint",
        leaf="SRV-01",
        title="保洁不及时",
        content="楼道多日无人打扫",
        place="和平家园",
        territory=COMMUNITY,
        estate_code=CODE,
        urgency="normal",
        secret=False,
        caller_mark=None,
        received_at=NOON,
        sign_due=None,
        handle_due=None,
    )
    return {
        "case": [
            complaint_received(),
            complaint_accepted(),
            complaint_overdue("warning_80"),
            # A fact may leave out the estate that the others name.
            complaint_overdue("due", estate_id=None),
            complaint_resolved(),
            called,
            liable,
        ],
        "repeat": [complaint_received(REPEAT, hours=1), merged],
        "rejected": [complaint_received(REJECTED, hours=2), rejected],
        "reopened": [
            complaint_received(REOPENED, hours=3),
            complaint_accepted(REOPENED),
            complaint_overdue("plus_5", REOPENED),
            complaint_resolved(REOPENED),
            complaint_accepted(REOPENED, due_at=NOON + timedelta(days=9)),
        ],
        "meeting": [meeting],
        "overdue item": [item_assigned(), item_overdue("due"), item_overdue("plus_5")],
        "done item": [item_assigned(DONE_ITEM), item_verified(passed=False), item_verified()],
        "late item": [item_assigned(LATE_ITEM), item_overdue("due", LATE_ITEM), done_late],
        "order": [order],
    }


def company_entered() -> CompanyEntered:
    return CompanyEntered(org=ORG, company_name="安居物业", territory="610703", warnings=[])


def grade_changed(grade: str, score_tenths: int) -> CreditGradeChanged:
    return CreditGradeChanged.model_validate(
        {
            "org": ORG,
            "score_tenths": score_tenths,
            "old_grade": None,
            "new_grade": grade,
            "rated": True,
            "scheme": "NZ-DEFAULT-1",
            "effective_on": date(2026, 3, 2),
        }
    )


def credit_recorded(number: int, code: str) -> CreditItemRecorded:
    return CreditItemRecorded(
        org=ORG,
        item_id=nth(10, number),
        code=code,
        kind="bad",
        points_tenths=100,
        estate_id=ESTATE,
        valid_from=date(2026, 3, number),
        valid_to=date(2027, 3, number),
    )


def _credit() -> dict[str, list[Event]]:
    revoked = CreditItemRevoked(org=ORG, item_id=nth(10, 2), code="D31", reason="申诉成立")
    return {
        "company": [
            company_entered(),
            grade_changed("AAA", 1000),
            credit_recorded(1, "D27"),
            grade_changed("AA", 850),
        ],
        "revoked": [credit_recorded(2, "D31"), revoked],
    }


def budget_used(percent: int, used_fen: int) -> BudgetThresholdReached:
    return BudgetThresholdReached.model_validate(
        {
            "budget_id": BUDGET,
            "programme": "P02",
            "year": 2026,
            "used_percent": percent,
            "approved_fen": 500_000,
            "used_fen": used_fen,
        }
    )


def _money() -> dict[str, list[Event]]:
    applied = SubsidyApplied(
        claim_id=CLAIM, claim_no="P02-1", programme="P02", estate_id=ESTATE, payee=ORG, amount_fen=500_000
    )
    reviewed = SubsidyReviewed(
        claim_id=CLAIM,
        programme="P02",
        estate_id=ESTATE,
        payee=ORG,
        step="approval",
        passed=True,
        amount_fen=450_000,
    )
    return {
        "claim": [
            applied,
            reviewed,
            committed("J1"),
            paid(450_000, "J3"),
            # All of it was taken back, from the last voucher on, and posted again.
            taken_back("disbursed", "J3", "J4"),
            taken_back("accrued", "J2", "J5"),
            taken_back("committed", "J1", "J6"),
            committed("J7"),
            paid(450_000, "J9"),
        ],
        "budget": [budget_used(80, 400_000), budget_used(95, 480_000)],
    }


# What was recorded about each subject, in order.
STREAMS: Final[Mapping[str, list[Event]]] = {**_register(), **_grievances(), **_credit(), **_money()}
EVERYTHING: Final = [event for stream in STREAMS.values() for event in stream]


@dataclass(frozen=True)
class Told:
    """A fact with the id of its message."""

    id: UUID
    event: Event


def told(events: list[Event]) -> list[Told]:
    """Give facts the ids of their messages, in the order in which they were recorded."""
    return [Told(new_id(), event) for event in events]
