"""The page itself, and an estate in a list. Area in 0.01 m², days local."""

from datetime import date, datetime
from uuid import UUID

from shared.contracts.credit_rating import Grade
from shared.contracts.estate_registry import OperatorKind, ServiceMode
from shared.contracts.supervision import CircularKind
from shared.web import View
from supervision.estate_files.queries.views.grievances import (
    ComplaintsView,
    ItemsView,
    MeetingView,
    OrdersView,
)
from supervision.estate_files.queries.views.money import SubsidiesView
from supervision.estate_files.queries.views.service import CompanyView, ContractView, ModeView, OperatorView

__all__ = ["CircularMention", "EstateFileView", "EstateRow", "EstateView"]


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
