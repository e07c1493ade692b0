"""Contracts as rows, and the days for which each estate is under one."""

from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, func, insert, or_, select, update
from sqlalchemy.dialects.postgresql import aggregate_order_by

from estate_registry.contracts.domain import (
    AreaHasContract,
    Contract,
    ContractNoTaken,
    ContractNotFound,
    ContractStatus,
    NoticeTerms,
    Terms,
)
from estate_registry.tables import contract_estates, contracts
from shared.identity import Role
from shared.kernel import Actor
from shared.storage import AlreadyThere, Overlapping, Query, Row, Work, in_scope

__all__ = [
    "WITH_ESTATES",
    "contract_of",
    "insert_contract",
    "load_contract",
    "lock_contract",
    "own_org",
    "own_rows",
    "save_contract",
]

_rows = contracts.c
_areas = contract_estates.c
_ESTATES = (
    select(func.array_agg(aggregate_order_by(_areas.estate_id, _areas.estate_id)))
    .where(_areas.contract_id == _rows.id)
    .correlate(contracts)
    .scalar_subquery()
)
WITH_ESTATES: Final = select(contracts, _ESTATES.label("estate_ids")).where(in_scope(_rows.territory))
# The roles that act for one company and see its contracts alone.
_COMPANY_ROLES: Final = frozenset({Role.PROJECT_MANAGER, Role.COMPANY_OFFICE})


def own_rows() -> ColumnElement[bool]:
    """Return the predicate that shows a company's people their own contracts, and others all."""
    own = bindparam("own_org", type_=Text)
    return or_(own.is_(None), _rows.org == own)


def own_org(actor: Actor) -> str | None:
    """Return the company whose contracts alone the actor may see; None for everybody else."""
    return (actor.org or "") if actor.role in _COMPANY_ROLES else None


_LOAD: Final = Query(WITH_ESTATES.where(_rows.id == bindparam("id"), own_rows()))
_LOCK: Final = Query(WITH_ESTATES.where(_rows.id == bindparam("id")).with_for_update(of=contracts))
_INSERT: Final = Query(insert(contracts))
_INSERT_AREA: Final = Query(insert(contract_estates))
_CHANGING: Final = (
    "status",
    "ends_on",
    "filed_on",
    "filing_no",
    "filing_overdue",
    "notice_served_on",
    "end_reason",
    "version",
)
_SAVE: Final = Query(
    update(contracts)
    .where(
        _rows.id == bindparam("contract_id"),
        _rows.version == bindparam("old_version"),
        in_scope(_rows.territory),
    )
    .values({name: bindparam(f"new_{name}") for name in _CHANGING})
)
_SHORTEN: Final = Query(
    update(contract_estates)
    .where(_areas.contract_id == bindparam("of_contract"), _areas.ends_on > bindparam("end"))
    .values(ends_on=bindparam("end"))
)


def contract_of(row: Row) -> Contract:
    """Read a row."""
    terms = Terms(
        contract_no=row["contract_no"],
        org=row["org"],
        estate_ids=tuple(row["estate_ids"]),
        fee_fen_per_m2_month=row["fee_fen_per_m2_month"],
        start=row["starts_on"],
        end=row["agreed_end"],
        signed_on=row["signed_on"],
    )
    notice = NoticeTerms(
        dismissal_days=row["dismissal_notice_days"],
        renewal_days=row["renewal_notice_days"],
        filing_days=row["filing_days"],
    )
    same = ("id", "territory", "filing_due", "renewal_notice_by", "version")
    return Contract(
        **{name: row[name] for name in (*same, *_CHANGING[1:-1])},
        terms=terms,
        notice=notice,
        status=ContractStatus(row["status"]),
    )


async def load_contract(work: Work, *, contract_id: UUID) -> Contract:
    """Return a contract the caller may see; raise ContractNotFound."""
    row = await work.load(_LOAD, missing=ContractNotFound, id=contract_id, own_org=own_org(work.actor))
    return contract_of(row)


async def lock_contract(work: Work, *, contract_id: UUID) -> Contract:
    """Return a contract that nobody else changes until this unit of work ends; raise ContractNotFound."""
    return contract_of(await work.load(_LOCK, missing=ContractNotFound, id=contract_id))


async def insert_contract(work: Work, contract: Contract) -> None:
    """Insert a contract and the estates it covers; raise ContractNoTaken or AreaHasContract (K-14)."""
    terms = contract.terms
    try:
        await work.execute(_INSERT, **_values(contract))
    except AlreadyThere as taken:
        raise ContractNoTaken(contract_no=terms.contract_no) from taken
    areas = [
        {
            "contract_id": contract.id,
            "estate_id": estate_id,
            "org": terms.org,
            "starts_on": terms.start,
            "ends_on": terms.end,
        }
        for estate_id in terms.estate_ids
    ]
    try:
        await work.execute_many(_INSERT_AREA, areas)
    except Overlapping as taken:
        raise AreaHasContract from taken


async def save_contract(work: Work, contract: Contract) -> None:
    """Save the next version of a contract; raise ChangedMeanwhile."""
    values = _values(contract)
    changing = {f"new_{name}": values[name] for name in _CHANGING}
    await work.save(_SAVE, contract_id=contract.id, old_version=contract.version - 1, **changing)
    await work.execute(_SHORTEN, of_contract=contract.id, end=contract.ends_on)


def _values(contract: Contract) -> dict[str, object]:
    terms, notice = contract.terms, contract.notice
    return {
        "id": contract.id,
        "contract_no": terms.contract_no,
        "territory": contract.territory,
        "org": terms.org,
        "fee_fen_per_m2_month": terms.fee_fen_per_m2_month,
        "starts_on": terms.start,
        "agreed_end": terms.end,
        "ends_on": contract.ends_on,
        "signed_on": terms.signed_on,
        "status": contract.status.value,
        "filing_due": contract.filing_due,
        "filed_on": contract.filed_on,
        "filing_no": contract.filing_no,
        "filing_overdue": contract.filing_overdue,
        "filing_days": notice.filing_days,
        "dismissal_notice_days": notice.dismissal_days,
        "renewal_notice_days": notice.renewal_days,
        "renewal_notice_by": contract.renewal_notice_by,
        "notice_served_on": contract.notice_served_on,
        "end_reason": contract.end_reason,
        "version": contract.version,
    }
