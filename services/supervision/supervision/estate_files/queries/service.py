"""Sections of the file: who serves the estate, how, under which contract, and what the company is worth."""

from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import BindParameter, bindparam, or_, select

from shared.storage import Query, Row, Work
from supervision.estate_files.queries.limits import LATEST
from supervision.estate_files.queries.views import (
    CompanyView,
    ContractView,
    CreditItemView,
    ModeView,
    OperatorView,
)
from supervision.estate_files.storage.today import holds
from supervision.tables import companies, contract_estates, contracts, credit_items, mode_changes, operators

__all__ = ["company_of", "contracts_of", "modes_of", "operators_of"]

_ESTATE: Final[BindParameter[UUID]] = bindparam("estate_id")
_changes, _spells, _items = mode_changes.c, operators.c, credit_items.c

# A change or assignment that ended before it began never held; one without a start is not told yet.
_MODES: Final = Query(
    select(mode_changes)
    .where(
        _changes.estate_id == _ESTATE, or_(_changes.ends_on.is_(None), _changes.ends_on > _changes.starts_on)
    )
    .order_by(_changes.starts_on.desc())
    .limit(LATEST)
)
_OPERATORS: Final = Query(
    select(operators)
    .where(
        _spells.estate_id == _ESTATE,
        _spells.starts_on.is_not(None),
        or_(_spells.ends_on.is_(None), _spells.ends_on > _spells.starts_on),
    )
    .order_by(_spells.starts_on.desc(), _spells.assignment_id.desc())
    .limit(LATEST)
)
_MODE_TODAY: Final = Query(
    select(mode_changes)
    .where(_changes.estate_id == _ESTATE, holds(_changes.starts_on, _changes.ends_on))
    .order_by(_changes.said.desc())
    .limit(1)
)
_OPERATOR_TODAY: Final = Query(
    select(operators)
    .where(_spells.estate_id == _ESTATE, holds(_spells.starts_on, _spells.ends_on))
    .order_by(_spells.starts_on.desc(), _spells.assignment_id.desc())
    .limit(1)
)
_CONTRACTS: Final = Query(
    select(contracts)
    .join(contract_estates, contract_estates.c.contract_id == contracts.c.id)
    .where(contract_estates.c.estate_id == _ESTATE)
    .order_by(contracts.c.starts_on.desc(), contracts.c.id.desc())
    .limit(LATEST)
)
_COMPANY: Final = Query(select(companies).where(companies.c.org == bindparam("org")))
_CREDIT_ITEMS: Final = Query(
    select(credit_items, _items.revoked_said.is_not(None).label("revoked"))
    .where(_items.org == bindparam("org"), or_(_items.estate_id == _ESTATE, _items.estate_id.is_(None)))
    .order_by(_items.valid_from.desc().nulls_first(), _items.id.desc())
    .limit(LATEST)
)
_UNKNOWN: Final = dict.fromkeys(("name", "grade", "score_tenths", "rated", "scheme", "graded_on"))


async def mode_on(work: Work, *, estate_id: UUID, day: date) -> ModeView | None:
    """Return the mode of a day."""
    row = await work.fetch_one(_MODE_TODAY, estate_id=estate_id, today=day)
    return ModeView.model_validate(dict(row)) if row else None


async def operator_on(work: Work, *, estate_id: UUID, day: date) -> OperatorView | None:
    """Return who answers for the estate on a day."""
    row = await work.fetch_one(_OPERATOR_TODAY, estate_id=estate_id, today=day)
    return OperatorView.model_validate(dict(row)) if row else None


async def modes_of(work: Work, *, estate_id: UUID) -> list[ModeView]:
    """Return the modes that hold or held, the latest first."""
    return [ModeView.model_validate(row) for row in await _rows(work, _MODES, estate_id)]


async def operators_of(work: Work, *, estate_id: UUID) -> list[OperatorView]:
    """Return who answers or answered for the estate, the latest first."""
    return [OperatorView.model_validate(row) for row in await _rows(work, _OPERATORS, estate_id)]


async def contracts_of(work: Work, *, estate_id: UUID) -> list[ContractView]:
    """Return the contracts that cover the estate, the latest first."""
    return [ContractView.model_validate(row) for row in await _rows(work, _CONTRACTS, estate_id)]


async def company_of(work: Work, *, estate_id: UUID, org: str | None) -> CompanyView | None:
    """Return what is known of the company, be it only its code."""
    if org is None:
        return None
    row = await work.fetch_one(_COMPANY, org=org)
    known = dict(row) if row else {"org": org, **_UNKNOWN}
    items = await work.fetch_all(_CREDIT_ITEMS, estate_id=estate_id, org=org)
    return CompanyView.model_validate(
        {**known, "credit_items": [CreditItemView.model_validate(dict(item)) for item in items]}
    )


async def _rows(work: Work, query: Query, estate_id: UUID) -> list[dict[str, object]]:
    rows: list[Row] = await work.fetch_all(query, estate_id=estate_id)
    return [dict(row) for row in rows]
