"""Section of the file: subsidies. Sums are taken over claims and vouchers, in fen."""

from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, BindParameter, ScalarSelect, bindparam, cast, func, select

from shared.storage import Query, Work
from supervision.estate_files.queries.limits import LATEST
from supervision.estate_files.queries.views import BudgetView, ClaimView, SubsidiesView
from supervision.tables import budgets, claim_vouchers, claims

__all__ = ["subsidies_of"]

_ESTATE: Final[BindParameter[UUID]] = bindparam("estate_id")
_vouchers = claim_vouchers.c
_amount = cast(func.coalesce(func.sum(_vouchers.amount_fen), 0), BigInteger)


def _vouched(kind: str) -> ScalarSelect[int]:
    return (
        select(_amount)
        .where(_vouchers.claim_id == claims.c.id, _vouchers.kind == kind, _vouchers.reversed_by.is_(None))
        .correlate(claims)
        .scalar_subquery()
    )


_COMMITTED: Final = _vouched("committed")
_DISBURSED: Final = _vouched("disbursed")


_SUMS: Final = Query(
    select(
        cast(func.coalesce(func.sum(claims.c.applied_fen), 0), BigInteger).label("applied_fen"),
        cast(func.coalesce(func.sum(_COMMITTED), 0), BigInteger).label("committed_fen"),
        cast(func.coalesce(func.sum(_DISBURSED), 0), BigInteger).label("disbursed_fen"),
    ).where(claims.c.estate_id == _ESTATE)
)
_LATEST_CLAIMS: Final = Query(
    select(claims, _COMMITTED.label("committed_fen"), _DISBURSED.label("disbursed_fen"))
    .where(claims.c.estate_id == _ESTATE)
    .order_by(claims.c.id.desc())
    .limit(LATEST)
)
_BUDGETS: Final = Query(
    select(budgets)
    .where(budgets.c.programme.in_(select(claims.c.programme).where(claims.c.estate_id == _ESTATE)))
    .order_by(budgets.c.year.desc(), budgets.c.programme, budgets.c.id)
    .limit(LATEST)
)


async def subsidies_of(work: Work, *, estate_id: UUID) -> SubsidiesView:
    """Return the sums, the latest claims, and the budgets of their programmes."""
    sums = await work.fetch_one(_SUMS, estate_id=estate_id)
    latest = await work.fetch_all(_LATEST_CLAIMS, estate_id=estate_id)
    used = await work.fetch_all(_BUDGETS, estate_id=estate_id)
    return SubsidiesView.model_validate(
        {
            **dict(sums or {}),
            "claims": [ClaimView.model_validate(dict(row)) for row in latest],
            "budgets": [BudgetView.model_validate(dict(row)) for row in used],
        }
    )
