"""Claims as lists and screens show them. A company's people see their own claims alone."""

from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from shared.storage import DISTRICT, Listing, Orders, Query, Row, Work, equal, in_scope, since, until, within
from shared.web import Page, PageRequest
from subsidy_ledger.books.domain import voucher_no
from subsidy_ledger.claims.storage import claim_of, load_case, own_org, own_rows
from subsidy_ledger.claims.views import ClaimDetail, ClaimView, StepView, VoucherOfClaim
from subsidy_ledger.tables import LONGEST_LIST, claim_assessments, claim_steps, claims, vouchers

__all__ = ["CLAIM_ORDERS", "list_claims", "show_claim"]

_rows = claims.c
_steps = claim_steps.c
_measured = claim_assessments.c

_STEPS: Final = Query(
    select(claim_steps)
    .where(_steps.claim_id == bindparam("claim_id"))
    .order_by(_steps.number)
    .limit(LONGEST_LIST)
)
_ASSESSMENT: Final = Query(
    select(claim_assessments)
    .where(_measured.claim_id == bindparam("claim_id"))
    .order_by(_measured.id.desc())
    .limit(1)
)
_VOUCHERS: Final = Query(
    select(vouchers)
    .where(vouchers.c.claim_id == bindparam("claim_id"), in_scope(vouchers.c.territory))
    .order_by(vouchers.c.id)
    .limit(LONGEST_LIST)
)


_LIST: Final = Listing(
    select(claims).where(in_scope(_rows.territory), own_rows()),
    orders=Orders("id", id=(_rows.id,), claim_no=(_rows.claim_no,)),
    filters={
        "status": equal(_rows.status, "status"),
        "estate_id": equal(_rows.estate_id, "estate_id"),
        "payee": equal(_rows.payee, "payee"),
        "programme": equal(_rows.programme, "programme"),
        "territory": within(_rows.territory),
        "since": since(_rows.opened_at),
        "until": until(_rows.opened_at),
    },
    led_by=_rows.territory,
    leads={"id": (DISTRICT,), "claim_no": (DISTRICT,)},
)
CLAIM_ORDERS: Final = _LIST.orders


async def list_claims(work: Work, paging: PageRequest, **filters: object) -> Page[ClaimView]:
    """Return a page of claims in the order they were opened.

    Filters: status, estate_id, payee, programme, territory (that code and all below), since, until (opened).
    `allowed_actions` of a list says what the caller's role may do; whether the person may, the claim itself.
    """
    return await paging.read(
        work,
        _LIST,
        view=lambda row: ClaimView.of(claim_of(row), actor=work.actor, acted={}),
        filters=filters,
        own_org=own_org(work.actor),
    )


async def show_claim(work: Work, *, claim_id: UUID) -> ClaimDetail:
    """Return a claim with its chain, what was measured, and its vouchers; raise ClaimNotFound."""
    case = await load_case(work, claim_id=claim_id)
    return ClaimDetail.whole(
        ClaimView.of(case.claim, actor=work.actor, acted=case.acted),
        steps=[StepView.model_validate(dict(row)) for row in await work.fetch_all(_STEPS, claim_id=claim_id)],
        assessment=await work.fetch_one(_ASSESSMENT, claim_id=claim_id),
        vouchers=[_voucher(row) for row in await work.fetch_all(_VOUCHERS, claim_id=claim_id)],
    )


def _voucher(row: Row) -> VoucherOfClaim:
    return VoucherOfClaim(
        voucher_no=voucher_no(ledger=row["ledger"], month=row["month"], number=row["number"]),
        **{name: row[name] for name in ("id", "kind", "red", "posted_on")},
    )
