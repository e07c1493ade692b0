"""Contracts for screens and lists. A company's people see their own contracts alone."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Final, Self
from uuid import UUID

from sqlalchemy import bindparam, select

from estate_registry.contracts.domain import Contract, ContractStatus, ContractStep
from estate_registry.contracts.storage import (
    WITH_ESTATES,
    contract_of,
    load_contract,
    own_org,
    own_rows,
)
from estate_registry.tables import contract_estates, contracts
from shared.storage import Listing, Narrowing, Orders, Row, Work, equal, until, within
from shared.web import Page, PageRequest, View

__all__ = ["CONTRACT_ORDERS", "ContractView", "list_contracts", "the_contract"]

_rows = contracts.c


class ContractView(View):
    """A contract with its clocks.

    The fee in fen per m² and month; `end` and `ends_on` are the first day without service: agreed, and as it
    is now. `filing_due` and `renewal_notice_by` are last days.
    """

    id: UUID
    contract_no: str
    territory: str
    org: str
    estate_ids: Sequence[UUID]
    fee_fen_per_m2_month: int
    start: date
    end: date
    ends_on: date
    signed_on: date
    status: ContractStatus
    filing_due: date
    filing_overdue: bool
    filed_on: date | None
    filing_no: str | None
    dismissal_notice_days: int
    renewal_notice_days: int
    renewal_notice_by: date
    notice_served_on: date | None
    end_reason: str | None
    allowed_actions: Sequence[ContractStep]
    version: int

    @classmethod
    def of(cls, contract: Contract) -> Self:
        """Return the view of a contract."""
        terms = contract.terms
        return cls(
            id=contract.id,
            contract_no=terms.contract_no,
            territory=contract.territory,
            org=terms.org,
            estate_ids=terms.estate_ids,
            fee_fen_per_m2_month=terms.fee_fen_per_m2_month,
            start=terms.start,
            end=terms.end,
            ends_on=contract.ends_on,
            signed_on=terms.signed_on,
            status=contract.status,
            filing_due=contract.filing_due,
            filing_overdue=contract.filing_overdue,
            filed_on=contract.filed_on,
            filing_no=contract.filing_no,
            dismissal_notice_days=contract.notice.dismissal_days,
            renewal_notice_days=contract.notice.renewal_days,
            renewal_notice_by=contract.renewal_notice_by,
            notice_served_on=contract.notice_served_on,
            end_reason=contract.end_reason,
            allowed_actions=contract.allowed_actions,
            version=contract.version,
        )


_LIST: Final = Listing(
    WITH_ESTATES.where(own_rows()),
    orders=Orders("territory", territory=(_rows.territory, _rows.id), ends_on=(_rows.ends_on, _rows.id)),
    filters={
        "org": equal(_rows.org, "org"),
        "status": equal(_rows.status, "status"),
        "territory": within(_rows.territory),
        "filing_overdue": equal(_rows.filing_overdue, "filing_overdue"),
        "ends_before": until(_rows.ends_on, "ends_before"),
        "estate_id": Narrowing(
            predicate=_rows.id.in_(
                select(contract_estates.c.contract_id).where(
                    contract_estates.c.estate_id == bindparam("estate_id")
                )
            ),
            values=lambda given: {"estate_id": given},
        ),
    },
)
CONTRACT_ORDERS: Final = _LIST.orders


async def the_contract(work: Work, *, contract_id: UUID) -> ContractView:
    """Return one contract; raise ContractNotFound."""
    return ContractView.of(await load_contract(work, contract_id=contract_id))


async def list_contracts(
    work: Work, *, filters: Mapping[str, object], paging: PageRequest
) -> Page[ContractView]:
    """Return the contracts the caller may see that pass the filters, by territory, oldest first.

    Filters: org, estate_id, status, territory (that code and all below), filing_overdue, ends_before.
    """
    return await paging.read(work, _LIST, view=_view, filters=filters, own_org=own_org(work.actor))


def _view(row: Row) -> ContractView:
    return ContractView.of(contract_of(row))
