"""What may be posted in the maintenance fund (F-01, F-05): owners' money, never below zero, in one ledger."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from shared.kernel import Conflict, NotFound, Scope, TerritoryCode, yuan_text

__all__ = [
    "AccountExists",
    "Booked",
    "FundAccount",
    "FundAccountNotFound",
    "FundKind",
    "FundPostingNotFound",
    "FundShort",
    "LedgersDiffer",
    "OneAccountOnly",
    "PostingReversedAlready",
    "RedPostingStands",
    "Refused",
    "Transfer",
    "accounts_named",
    "decide",
    "fund_posting_no",
    "order_matters",
    "refusal_of",
    "require_transfer",
    "short_of",
]


class FundAccountNotFound(NotFound):
    """No fund account of this id, or not in the caller's territory."""

    zh = "没有编号为 {id} 的维修资金账户，请在账户列表中核对。"
    en = "There is no fund account {id}. Look it up in the list of accounts."


class FundPostingNotFound(NotFound):
    """No posting of this id, or not in the caller's territory."""

    zh = "没有编号为 {id} 的资金记账，请在账户明细中核对。"
    en = "There is no fund posting {id}. Look it up among the account's postings."


class AccountExists(Conflict):
    """The ledger has an account of this code, or a bank account already."""

    zh = "账套 {ledger} 已有账户 {code}（或已有专户），请使用已有账户。"
    en = "Ledger {ledger} has an account {code}, or a bank account, already. Use that one."


class FundShort(Conflict):
    """The account has less than the posting takes."""

    zh = "账户 {account} 余额不足：需要 {needed} 元。请先续筹，或减少金额。"
    en = "Account {account} is short of {needed} yuan. Renew the fund first, or take less."


class LedgersDiffer(Conflict):
    """Owners' money stays in its building's ledger."""

    zh = "账户 {one} 与 {other} 不属于同一账套。维修资金只能在本幢账套内划转。"
    en = "Accounts {one} and {other} are of two ledgers. Fund money moves within one building's ledger."


class OneAccountOnly(Conflict):
    """A posting needs two accounts."""

    zh = "转出与转入是同一账户 {account}，请改正。"
    en = "Both sides are account {account}. Name two accounts."


class PostingReversedAlready(Conflict):
    """A posting is reversed once."""

    zh = "记账 {id} 已冲销，不能重复冲销。"
    en = "Posting {id} was reversed already."


class RedPostingStands(Conflict):
    """A reversal is not reversed; the transfer is posted anew."""

    zh = "记账 {id} 是红字冲销，不能再冲销。请重新记账。"
    en = "Posting {id} is a reversal and stands. Post the transfer anew."


class FundKind(StrEnum):
    """Whose side an account is: the bank's, the building's, a household's."""

    BANK = "bank"
    BUILDING = "building"
    HOUSEHOLD = "household"


@dataclass(frozen=True, slots=True, kw_only=True)
class FundAccount:
    """An account of a ledger. The bank's has no floor; its balance is what all others add up to."""

    id: UUID
    territory: TerritoryCode
    ledger: str
    kind: FundKind
    code: str
    balance_fen: int = 0

    @property
    def has_floor(self) -> bool:
        """Say whether it must not fall below zero."""
        return self.kind is not FundKind.BANK


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """What is to be taken from one account and given to another, in fen, by whom reaches `within`."""

    from_account: UUID
    to_account: UUID
    amount_fen: int
    memo: str
    reverses: UUID | None = None
    within: Scope = Scope("")


@dataclass(frozen=True, slots=True)
class Booked:
    """A line that is posted."""

    transfer: Transfer
    ledger: str


@dataclass(frozen=True, slots=True)
class Refused:
    """A line that is not, and why."""

    transfer: Transfer
    refusal: NotFound | Conflict


def require_transfer(transfer: Transfer, accounts: Mapping[UUID, FundAccount]) -> FundAccount:
    """Return the account that is taken from; raise the refusal of a transfer that cannot be.

    Raises OneAccountOnly, FundAccountNotFound, LedgersDiffer, FundShort.
    """
    if transfer.from_account == transfer.to_account:
        raise OneAccountOnly(account=transfer.from_account)
    for named in (transfer.from_account, transfer.to_account):
        if named not in accounts or not transfer.within.covers(accounts[named].territory):
            raise FundAccountNotFound(id=named)
    giver, taker = accounts[transfer.from_account], accounts[transfer.to_account]
    if giver.ledger != taker.ledger:
        raise LedgersDiffer(one=giver.code, other=taker.code)
    if giver.has_floor and giver.balance_fen < transfer.amount_fen:
        raise short_of(transfer)
    return giver


def refusal_of(transfer: Transfer, accounts: Mapping[UUID, FundAccount]) -> NotFound | Conflict:
    """Return why a transfer was not posted whose accounts were not both there; one opened since is empty."""
    try:
        require_transfer(transfer, accounts)
    except (NotFound, Conflict) as refusal:
        return refusal
    return short_of(transfer)


def short_of(transfer: Transfer) -> FundShort:
    """Return the refusal of a transfer whose giver has less than it takes."""
    return FundShort(account=transfer.from_account, needed=yuan_text(transfer.amount_fen))


def order_matters(transfers: Sequence[Transfer], *, banks: AbstractSet[UUID] = frozenset()) -> bool:
    """Say whether some account both gives and takes: it may have been short before it took; a bank is not."""
    givers = {transfer.from_account for transfer in transfers} - banks
    return not givers.isdisjoint(transfer.to_account for transfer in transfers)


def accounts_named(transfers: Sequence[Transfer]) -> list[UUID]:
    """Return the accounts of some transfers, giver and taker of each."""
    return [each for transfer in transfers for each in (transfer.from_account, transfer.to_account)]


def decide(transfers: Sequence[Transfer], accounts: Mapping[UUID, FundAccount]) -> Sequence[Booked | Refused]:
    """Decide line by line, each on what the lines before it have left."""
    left = dict(accounts)
    decisions: list[Booked | Refused] = []
    for transfer in transfers:
        try:
            giver = require_transfer(transfer, left)
        except (NotFound, Conflict) as refusal:
            decisions.append(Refused(transfer, refusal))
            continue
        taker = left[transfer.to_account]
        left[giver.id] = replace(giver, balance_fen=giver.balance_fen - transfer.amount_fen)
        left[taker.id] = replace(taker, balance_fen=taker.balance_fen + transfer.amount_fen)
        decisions.append(Booked(transfer, giver.ledger))
    return decisions


def fund_posting_no(*, ledger: str, month: str, number: int) -> str:
    """Return the number of a posting as it is written: ledger, month, six digits."""
    return f"{ledger}-{month}-{number:06d}"
