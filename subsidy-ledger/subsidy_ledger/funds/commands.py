"""What is done in the maintenance fund: open an account, transfer, transfer many, take back."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from shared.kernel import Conflict, NotFound, TerritoryCode, local_date, new_id
from shared.storage import Work
from subsidy_ledger.funds.domain import (
    Booked,
    FundAccount,
    FundKind,
    OneAccountOnly,
    RedPostingStands,
    Transfer,
    accounts_named,
    decide,
    fund_posting_no,
)
from subsidy_ledger.funds.storage import (
    Posted,
    accounts_by_id,
    gathered,
    hold_ledgers,
    insert_account,
    load_transfer,
    post_many,
    post_one,
    post_together,
)

__all__ = ["LineAnswer", "PostedTransfer", "open_account", "post_batch", "post_transfer", "reverse_transfer"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PostedTransfer:
    """A transfer that was posted."""

    id: UUID
    posting_no: str


@dataclass(frozen=True, slots=True)
class LineAnswer:
    """What became of a line of a batch: posted, or refused."""

    posted: PostedTransfer | None = None
    refusal: NotFound | Conflict | None = None


async def open_account(
    work: Work, *, territory: TerritoryCode, ledger: str, kind: FundKind, code: str
) -> FundAccount:
    """Open an account at zero; raise OutsideTerritory, AccountExists."""
    work.require_territory(territory)
    account = FundAccount(id=new_id(), territory=territory, ledger=ledger, kind=kind, code=code)
    await insert_account(work, account)
    return account


async def post_transfer(work: Work, *, transfer: Transfer) -> PostedTransfer:
    """Post a transfer, in one statement; without a transaction, together with those asked for meanwhile.

    Raises OneAccountOnly, FundAccountNotFound, LedgersDiffer, FundShort, OutcomeUnknown.
    """
    if transfer.from_account == transfer.to_account:
        raise OneAccountOnly(account=transfer.from_account)
    if work.shares_its_commit:
        return _posted(work, await post_one(work, transfer))

    async def alone() -> Posted:
        return await post_one(work, transfer)

    within = replace(transfer, within=work.scope)
    return _posted(work, await gathered(work, within, alone=alone, together=post_together))


async def reverse_transfer(work: Work, *, posting_id: UUID, memo: str) -> PostedTransfer:
    """Take a posting back in red ink, which names it (L-03).

    Raises FundPostingNotFound, RedPostingStands, PostingReversedAlready, FundShort.
    """
    original = await load_transfer(work, posting_id=posting_id)
    if original.reverses is not None:
        raise RedPostingStands(id=posting_id)
    red = Transfer(
        from_account=original.to_account,
        to_account=original.from_account,
        amount_fen=original.amount_fen,
        memo=memo,
        reverses=posting_id,
    )
    return await post_transfer(work, transfer=red)


async def post_batch(work: Work, *, transfers: Sequence[Transfer]) -> Sequence[LineAnswer]:
    """Post many transfers, each judged on what those before it left; answer line by line.

    The months of their ledgers are held from the look at the balances to the commit.
    """
    named = accounts_named(transfers)
    known = await accounts_by_id(work, named)
    last = await hold_ledgers(work, (account.ledger for account in known.values()))
    decisions = decide(transfers, await accounts_by_id(work, named))
    booked = [each for each in decisions if isinstance(each, Booked)]
    made = iter(await post_many(work, booked, last=last) if booked else [])
    answers: list[LineAnswer] = []
    for decision in decisions:
        if isinstance(decision, Booked):
            answers.append(LineAnswer(_posted(work, next(made))))
        else:
            answers.append(LineAnswer(refusal=decision.refusal))
    return answers


def _posted(work: Work, where: Posted) -> PostedTransfer:
    month = f"{local_date(work.now):%Y%m}"
    number = fund_posting_no(ledger=where.ledger, month=month, number=where.number)
    return PostedTransfer(id=where.id, posting_no=number)
