"""Routes of service contracts."""

from typing import Annotated, Final, Self
from uuid import UUID

from pydantic import Field, StrictInt, model_validator

from estate_registry.contracts.commands import end_contract, file_contract, sign_contract
from estate_registry.contracts.domain import ContractStatus, EndedBy, Terms
from estate_registry.contracts.queries import CONTRACT_ORDERS, ContractView, list_contracts, the_contract
from estate_registry.fields import Day
from shared.identity import Permission
from shared.web import (
    Body,
    CalendarDay,
    CurrentWork,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    Uscc,
    filtered,
    needs,
    ordered,
)

__all__ = ["router"]

router = Router(
    prefix="/contracts",
    tags=["contracts"],
    about="物业服务合同：登记、备案、终止。/ Service contracts: recorded, filed, ended.",
)

ESTATES_MAX: Final = 200
FEE_MAX_FEN: Final = 100_000
NOTICE_DAYS_MAX: Final = 3660

NoticeDays = Annotated[StrictInt, Field(ge=0, le=NOTICE_DAYS_MAX)]


class Signing(Body):
    """What both sides signed. The fee in fen per m² and month; `end` is the first day without service.

    The two terms of notice are given where the contract has its own; else the law's hold (K-08, K-09).
    """

    contract_no: ShortText
    org: Uscc
    estate_ids: Annotated[list[UUID], Field(min_length=1, max_length=ESTATES_MAX)]
    fee_fen_per_m2_month: Annotated[StrictInt, Field(ge=0, le=FEE_MAX_FEN)]
    start: Day
    end: Day
    signed_on: Day
    dismissal_notice_days: NoticeDays | None = None
    renewal_notice_days: NoticeDays | None = None

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start or len(set(self.estate_ids)) < len(self.estate_ids):
            message = (
                "终止日必须晚于起始日，且同一小区只能填写一次。 / "
                "The end must be later than the start, and each estate is named once."
            )
            raise ValueError(message)
        return self

    def terms(self) -> Terms:
        """Return what the body says in the words of the domain."""
        return Terms(
            contract_no=self.contract_no,
            org=self.org,
            estate_ids=tuple(self.estate_ids),
            fee_fen_per_m2_month=self.fee_fen_per_m2_month,
            start=self.start,
            end=self.end,
            signed_on=self.signed_on,
        )


class Filing(Body):
    """The authority's receipt."""

    filing_no: ShortText
    filed_on: Day


class Ending(Body):
    """Who ends the contract ahead of its term, when notice was served, and the first day without service."""

    by: EndedBy
    notice_served_on: Day
    ends_on: Day
    reason: ShortText


@router.post("", operation_id="record_contract", summary="登记物业服务合同", status_code=201)
@needs(Permission.CONTRACT_SIGN)
async def signing(body: Signing, work: CurrentWork) -> ContractView:
    """Record a service contract both sides signed."""
    contract = await sign_contract(
        work,
        terms=body.terms(),
        dismissal_days=body.dismissal_notice_days,
        renewal_days=body.renewal_notice_days,
    )
    return ContractView.of(contract)


class ContractFilters(Body):
    """What the list is narrowed to. `territory` and everything below it; `ends_before` that day."""

    org: Uscc | None = None
    estate_id: UUID | None = None
    status: ContractStatus | None = None
    territory: Territory | None = None
    filing_overdue: bool | None = None
    ends_before: CalendarDay | None = None


@router.get("", operation_id="list_contracts", summary="列出物业服务合同")
@needs(Permission.CONTRACT_READ)
async def listing(
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(CONTRACT_ORDERS)],
    filters: Annotated[ContractFilters, filtered(ContractFilters)],
) -> Page[ContractView]:
    """List contracts: of a company, estate or territory, by status, filed too late, soon over."""
    return await list_contracts(work, filters=filters.model_dump(), paging=paging)


@router.get("/{contract_id}", operation_id="show_contract", summary="查看一份合同")
@needs(Permission.CONTRACT_READ)
async def one(contract_id: UUID, work: CurrentWork) -> ContractView:
    """Show one contract."""
    return await the_contract(work, contract_id=contract_id)


@router.post("/{contract_id}/filing", operation_id="file_contract", summary="登记合同备案")
@needs(Permission.CONTRACT_SIGN)
async def filing(contract_id: UUID, body: Filing, work: CurrentWork) -> ContractView:
    """Record that the contract was filed with the authority."""
    filed = await file_contract(
        work, contract_id=contract_id, filing_no=body.filing_no, filed_on=body.filed_on
    )
    return ContractView.of(filed)


@router.post("/{contract_id}/end", operation_id="end_contract", summary="提前终止合同")
@needs(Permission.CONTRACT_SIGN)
async def ending(contract_id: UUID, body: Ending, work: CurrentWork) -> ContractView:
    """End the contract ahead of its term, after due notice."""
    ended = await end_contract(
        work,
        contract_id=contract_id,
        by=body.by,
        served_on=body.notice_served_on,
        ends_on=body.ends_on,
        reason=body.reason,
    )
    return ContractView.of(ended)
