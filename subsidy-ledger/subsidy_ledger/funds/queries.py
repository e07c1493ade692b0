"""Fund accounts and their postings as lists and screens show them."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import BigInteger, bindparam, case, cast, func, or_, select

from shared.storage import Listing, Orders, Query, Row, Work, equal, in_scope, since, until, within
from shared.web import Page, PageRequest, View
from subsidy_ledger.funds.domain import FundAccountNotFound, FundKind, fund_posting_no
from subsidy_ledger.tables import fund_accounts, fund_postings

__all__ = [
    "FUND_ACCOUNT_ORDERS",
    "FUND_POSTING_ORDERS",
    "FundAccountView",
    "FundPostingView",
    "list_fund_accounts",
    "list_postings",
    "show_fund_account",
]

_accounts, _rows = fund_accounts.c, fund_postings.c
_others = fund_accounts.alias("others")
# What the bank holds is what all others of the ledger add up to.
_held = (
    select(func.sum(_others.c.balance_fen))
    .where(_others.c.ledger == _accounts.ledger, in_scope(_others.c.territory))
    .correlate(fund_accounts)
    .scalar_subquery()
)
_balance = cast(
    case((_accounts.kind == FundKind.BANK.value, -func.coalesce(_held, 0)), else_=_accounts.balance_fen),
    BigInteger,
).label("balance")
_ACCOUNTS: Final = select(
    _accounts.id, _accounts.territory, _accounts.ledger, _accounts.kind, _accounts.code, _balance
).where(in_scope(_accounts.territory))
_ONE: Final = Query(_ACCOUNTS.where(_accounts.id == bindparam("id")))
_LIST: Final = Listing(
    _ACCOUNTS,
    orders=Orders("id", id=(_accounts.id,), code=(_accounts.ledger, _accounts.code)),
    filters={
        "ledger": equal(_accounts.ledger, "ledger"),
        "kind": equal(_accounts.kind, "kind"),
        "territory": within(_accounts.territory),
    },
)
_POSTINGS: Final = Listing(
    select(fund_postings)
    .join(fund_accounts, _accounts.id == bindparam("account_id"))
    .where(
        or_(_rows.from_account == _accounts.id, _rows.to_account == _accounts.id),
        in_scope(_accounts.territory),
    ),
    orders=Orders("seq", seq=(_rows.seq,)),
    filters={
        "since": since(_rows.posted_at),
        "until": until(_rows.posted_at),
    },
)
FUND_ACCOUNT_ORDERS: Final = _LIST.orders
FUND_POSTING_ORDERS: Final = _POSTINGS.orders


class FundAccountView(View):
    """A fund account, in fen. The bank's balance is the negative of what all others of its ledger hold."""

    id: UUID
    territory: str
    ledger: str
    kind: str
    code: str
    balance_fen: int

    @classmethod
    def of(cls, row: Row) -> "FundAccountView":
        """Show a row."""
        return cls(
            balance_fen=row["balance"],
            **{name: row[name] for name in ("id", "territory", "ledger", "kind", "code")},
        )


class FundPostingView(View):
    """What was taken from one account and given to another, in fen."""

    id: UUID
    posting_no: str
    month: date
    from_account: UUID
    to_account: UUID
    amount_fen: int
    memo: str
    reverses: UUID | None
    posted_at: datetime
    person: str
    role: str

    @classmethod
    def of(cls, row: Row) -> "FundPostingView":
        """Show a row."""
        number = fund_posting_no(ledger=row["ledger"], month=f"{row['month']:%Y%m}", number=row["number"])
        return cls(
            posting_no=number,
            **{name: row[name] for name in cls.model_fields if name != "posting_no"},
        )


async def show_fund_account(work: Work, *, account_id: UUID) -> FundAccountView:
    """Return an account; raise FundAccountNotFound."""
    return FundAccountView.of(await work.load(_ONE, missing=FundAccountNotFound, id=account_id))


async def list_fund_accounts(work: Work, paging: PageRequest, **filters: object) -> Page[FundAccountView]:
    """Return a page of accounts in the order they were opened. Filters: ledger, kind, territory."""
    return await paging.read(work, _LIST, view=FundAccountView.of, filters=filters)


async def list_postings(
    work: Work, paging: PageRequest, *, account_id: UUID, **filters: object
) -> Page[FundPostingView]:
    """Return a page of an account's postings, the earliest first; raise FundAccountNotFound.

    Filters: since, until (when it was posted).
    """
    await show_fund_account(work, account_id=account_id)
    return await paging.read(work, _POSTINGS, view=FundPostingView.of, filters=filters, account_id=account_id)
