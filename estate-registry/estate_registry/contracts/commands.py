"""Signing, filing and ending service contracts."""

from datetime import date
from uuid import UUID

from estate_registry.companies.domain import require_eligible
from estate_registry.companies.storage import find_company
from estate_registry.contracts.domain import Contract, ContractStatus, EndedBy, NoticeTerms, Terms, sign
from estate_registry.contracts.storage import insert_contract, lock_contract, save_contract
from estate_registry.estates.domain import EstateNotFound
from estate_registry.estates.storage import estates_by_id
from shared.contracts.estate_registry import ServiceContractSigned
from shared.kernel import TerritoryCode, end_of, local_date, new_id
from shared.rules import rule_book, working_calendar
from shared.storage import Work
from shared.tasks import DueTask, cancel, schedule

__all__ = ["FILING_OVERDUE", "end_contract", "file_contract", "mark_filing_overdue", "sign_contract"]

FILING_OVERDUE = "contract.filing_overdue"


async def sign_contract(
    work: Work, *, terms: Terms, dismissal_days: int | None = None, renewal_days: int | None = None
) -> Contract:
    """Record a contract both sides signed, set its clocks, and tell the other services.

    The terms of notice are the law's unless the contract gives its own (K-08, K-09).
    Raises EstateNotFound, CompanyUnknown, CompanyBlacklisted, ContractNoTaken, AreaHasContract.
    """
    territories = await _territories_of(work, terms.estate_ids)
    require_eligible(await find_company(work, org=terms.org), org=terms.org)
    lawful = await _lawful_notice(work, territory=territories[0], on=terms.signed_on)
    contract = sign(
        contract_id=new_id(),
        terms=terms,
        territories=territories,
        notice=NoticeTerms(
            dismissal_days=lawful.dismissal_days if dismissal_days is None else dismissal_days,
            renewal_days=lawful.renewal_days if renewal_days is None else renewal_days,
            filing_days=lawful.filing_days,
        ),
        calendar=await working_calendar(work),
    )
    await insert_contract(work, contract)
    await schedule(work, kind=FILING_OVERDUE, key=str(contract.id), due_at=end_of(contract.filing_due))
    work.publish(_signed(contract), about=contract)
    return contract


async def file_contract(work: Work, *, contract_id: UUID, filing_no: str, filed_on: date) -> Contract:
    """Record that a contract was filed with the authority (K-13).

    Raises ContractNotFound, StepNotAllowed, FiledBeforeSigned.
    """
    contract = await lock_contract(work, contract_id=contract_id)
    filed = contract.filed(filing_no=filing_no, filed_on=filed_on, today=local_date(work.now))
    await save_contract(work, filed)
    await cancel(work, kind=FILING_OVERDUE, key=str(contract_id))
    return filed


async def end_contract(
    work: Work, *, contract_id: UUID, by: EndedBy, served_on: date, ends_on: date, reason: str
) -> Contract:
    """End a contract ahead of its term after due notice; the area is free for another from `ends_on`.

    Raises ContractNotFound, StepNotAllowed, EndNotShorter, NoticeTooShort.
    """
    contract = await lock_contract(work, contract_id=contract_id)
    calendar = await working_calendar(work)
    ended = contract.ended(by=by, served_on=served_on, ends_on=ends_on, reason=reason, calendar=calendar)
    await save_contract(work, ended)
    return ended


async def mark_filing_overdue(work: Work, task: DueTask) -> None:
    """Mark a contract that was not filed within its term; one filed meanwhile stays as it is."""
    contract = await lock_contract(work, contract_id=UUID(task.key))
    if contract.status is not ContractStatus.FILED:
        await save_contract(work, contract.late())


async def _territories_of(work: Work, estate_ids: tuple[UUID, ...]) -> list[TerritoryCode]:
    found = await estates_by_id(work, estate_ids)
    for estate_id in estate_ids:
        if estate_id not in found:
            raise EstateNotFound(id=estate_id)
    return [found[estate_id].territory for estate_id in estate_ids]


async def _lawful_notice(work: Work, *, territory: TerritoryCode, on: date) -> NoticeTerms:
    book = await rule_book(work)
    return NoticeTerms(
        dismissal_days=book.integer("er.contract.dismissal_notice_days", territory=territory, on=on),
        renewal_days=book.integer("er.contract.renewal_notice_days", territory=territory, on=on),
        filing_days=book.integer("er.contract.filing_days", territory=territory, on=on),
    )


def _signed(contract: Contract) -> ServiceContractSigned:
    terms = contract.terms
    return ServiceContractSigned(
        contract_id=contract.id,
        contract_no=terms.contract_no,
        estate_ids=list(terms.estate_ids),
        org=terms.org,
        fee_fen_per_m2_month=terms.fee_fen_per_m2_month,
        start=terms.start,
        end=terms.end,
        signed_on=terms.signed_on,
        filing_due=contract.filing_due,
    )
