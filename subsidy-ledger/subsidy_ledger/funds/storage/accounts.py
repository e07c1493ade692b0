"""Fund accounts as rows."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from sqlalchemy import Uuid, bindparam, func, insert, select
from sqlalchemy.dialects.postgresql import ARRAY

from shared.storage import AlreadyThere, Query, Row, Work, everywhere, in_scope
from subsidy_ledger.funds.domain import AccountExists, FundAccount, FundKind
from subsidy_ledger.tables import fund_accounts

__all__ = ["account_of", "accounts_by_id", "accounts_of_several", "insert_account"]

_accounts = fund_accounts.c
_OPEN: Final = Query(
    insert(fund_accounts).values(
        {
            name: bindparam(name)
            for name in ("id", "territory", "ledger", "kind", "code", "opened_at", "opened_by")
        }
    )
)
_FIND: Final = Query(
    select(fund_accounts).where(
        _accounts.id == func.any(bindparam("ids", type_=ARRAY(Uuid))), in_scope(_accounts.territory)
    )
)
_FIND_ALL: Final = everywhere(
    select(fund_accounts).where(_accounts.id == func.any(bindparam("ids", type_=ARRAY(Uuid)))),
    reason="Transfers of several callers are posted together; each is judged within its own territory.",
)


def account_of(row: Row) -> FundAccount:
    """Read a row."""
    return FundAccount(
        kind=FundKind(row["kind"]),
        **{name: row[name] for name in ("id", "territory", "ledger", "code", "balance_fen")},
    )


async def insert_account(work: Work, account: FundAccount) -> None:
    """Open an account at zero; raise AccountExists."""
    try:
        await work.execute(
            _OPEN,
            id=account.id,
            territory=account.territory,
            ledger=account.ledger,
            kind=account.kind.value,
            code=account.code,
            opened_at=work.now,
            opened_by=work.actor.person,
        )
    except AlreadyThere as fault:
        raise AccountExists(ledger=account.ledger, code=account.code) from fault


async def accounts_by_id(work: Work, ids: Iterable[UUID]) -> Mapping[UUID, FundAccount]:
    """Return those of some accounts that are in the caller's territory."""
    rows = await work.fetch_all(_FIND, ids=list(set(ids)))
    return {row["id"]: account_of(row) for row in rows}


async def accounts_of_several(work: Work, ids: Iterable[UUID]) -> Mapping[UUID, FundAccount]:
    """Return some accounts, wherever they lie: the caller judges who may reach which."""
    rows = await work.fetch_all(_FIND_ALL, ids=list(set(ids)))
    return {row["id"]: account_of(row) for row in rows}
