"""Who serves the estate, how, under which contract, and how the company stands. Points in tenths."""

from datetime import date
from typing import Literal
from uuid import UUID

from shared.contracts.credit_rating import Grade
from shared.contracts.estate_registry import OperatorKind, ServiceMode
from shared.web import View

__all__ = ["CompanyView", "ContractView", "CreditItemView", "ModeView", "OperatorView"]


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
