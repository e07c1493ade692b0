"""The page of facts, section by section. Money in fen, area in 0.01 m², points in tenths, days local."""

from datetime import date, datetime
from typing import Literal
from uuid import UUID

from shared.contracts.credit_rating import Grade
from shared.contracts.dispute_mediation import Channel, Level, OverdueStage, Urgency
from shared.contracts.estate_registry import OperatorKind, ServiceMode
from shared.contracts.subsidy_ledger import ReviewStep
from shared.contracts.supervision import CircularKind
from shared.web import View

__all__ = [
    "BudgetView",
    "CircularMention",
    "ClaimView",
    "CompanyView",
    "ComplaintView",
    "ComplaintsView",
    "ContractView",
    "CreditItemView",
    "EstateFileView",
    "EstateRow",
    "EstateView",
    "ItemView",
    "ItemsView",
    "MeetingView",
    "ModeView",
    "OperatorView",
    "OrdersView",
    "SubsidiesView",
]


class EstateView(View):
    """The estate as the register describes it."""

    id: UUID
    code: str
    territory: str
    name: str
    year_built: int | None
    area_m2x100: int
    households: int
    buildings: int
    three_no: bool
    registered_on: date


class ModeView(View):
    """A mode and the days it holds, `ends_on` not in; null is until further notice."""

    mode: ServiceMode
    reason: str
    starts_on: date
    ends_on: date | None


class OperatorView(View):
    """Who answers for the estate on the days of a period: a company (`org`) or a custodian unit."""

    assignment_id: UUID
    kind: OperatorKind
    org: str | None
    custodian: str | None
    contract_id: UUID | None
    starts_on: date
    ends_on: date | None
    reason: str | None


class ContractView(View):
    """A service contract that covers the estate. Fee in fen per m² and month."""

    id: UUID
    contract_no: str
    org: str
    fee_fen_per_m2_month: int
    starts_on: date
    ends_on: date
    signed_on: date
    filing_due: date


class CreditItemView(View):
    """A credit item of the company; `revoked` ones count no more."""

    id: UUID
    code: str
    kind: Literal["base", "good", "bad", "blacklist"] | None
    points_tenths: int | None
    valid_from: date | None
    valid_to: date | None
    revoked: bool


class CompanyView(View):
    """The company that answers for the estate today; `grade` is null until it was graded.

    `credit_items` are the latest that were recorded at this estate or at none.
    """

    org: str
    name: str | None
    grade: Grade | None
    score_tenths: int | None
    rated: bool | None
    scheme: str | None
    graded_on: date | None
    credit_items: list[CreditItemView]


class ComplaintView(View):
    """A complaint. `overdue` says that it is open and its term has run out, `late` that it ran out."""

    id: UUID
    case_no: str | None
    channel: Channel | None
    leaf: str | None
    urgency: Urgency | None
    order_no: str | None
    state: Literal["received", "accepted", "rejected", "merged", "resolved"]
    level: Level | None
    host_unit: str | None
    received_at: datetime | None
    due_at: datetime | None
    stage: OverdueStage | None
    late: bool
    overdue: bool
    master_id: UUID | None
    result: str | None
    days: int | None
    liable_org: str | None
    degree: str | None
    reached: bool | None
    solved: bool | None
    score: int | None


class ComplaintsView(View):
    """How many complaints there are in each state, and the latest of them."""

    received: int
    accepted: int
    open: int
    overdue: int
    resolved: int
    resolved_on_time: int
    rejected: int
    merged: int
    liability_confirmed: int
    latest: list[ComplaintView]


class MeetingView(View):
    """A joint meeting that dealt with complaints of this estate."""

    id: UUID
    level: Level
    units: list[str]
    starts_at: datetime
    cases: int


class ItemView(View):
    """A duty from a joint meeting: open, seen done (verified), or seen undone and still owed (failed)."""

    id: UUID
    case_id: UUID
    meeting_id: UUID | None
    unit: str
    org: str | None
    due_at: datetime | None
    state: Literal["open", "verified", "failed"]
    stage: OverdueStage | None
    late: bool
    overdue: bool
    on_time: bool | None


class ItemsView(View):
    """How the duties stand: open ones include those whose check failed; and the latest of them."""

    open: int
    overdue: int
    verified: int
    verified_on_time: int
    latest: list[ItemView]


class ClaimView(View):
    """A subsidy claim: what was applied for, the last step of its review, what was bound and paid."""

    id: UUID
    claim_no: str | None
    programme: str
    payee: str
    applied_fen: int | None
    step: ReviewStep | None
    passed: bool | None
    committed_fen: int
    disbursed_fen: int


class BudgetView(View):
    """How far the budget of a programme of these claims is used up."""

    programme: str
    year: int
    used_percent: int
    approved_fen: int
    used_fen: int


class SubsidiesView(View):
    """Sums over all claims of the estate, the latest claims, and the budgets they draw on."""

    applied_fen: int
    committed_fen: int
    disbursed_fen: int
    claims: list[ClaimView]
    budgets: list[BudgetView]


class OrdersView(View):
    """How many orders of the hotline named this estate, by kind."""

    total: int
    by_kind: dict[str, int]


class CircularMention(View):
    """A published circular that names the estate's town, community or company, or a duty at the estate."""

    id: UUID
    number: str
    kind: CircularKind
    period: str
    title: str
    published_at: datetime
    findings: int


class EstateFileView(View):
    """One page of facts. `mode`, `operator` and `company` are those of today."""

    estate: EstateView
    mode: ModeView | None
    operator: OperatorView | None
    company: CompanyView | None
    modes: list[ModeView]
    operators: list[OperatorView]
    contracts: list[ContractView]
    complaints: ComplaintsView
    meetings: list[MeetingView]
    items: ItemsView
    subsidies: SubsidiesView
    orders: OrdersView
    circulars: list[CircularMention]


class EstateRow(View):
    """An estate in a list: who serves it today, how, and what is open."""

    id: UUID
    code: str
    territory: str
    name: str
    households: int
    mode: ServiceMode | None
    operator_kind: OperatorKind | None
    org: str | None
    custodian: str | None
    company_name: str | None
    grade: Grade | None
    complaints_open: int
    complaints_overdue: int
    items_open: int
    items_overdue: int
