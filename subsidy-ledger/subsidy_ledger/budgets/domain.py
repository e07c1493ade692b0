"""The quota of a budget: approved = available + committed + accrued + spent, and never below zero (L-02)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import Final
from uuid import UUID

from shared.kernel import Conflict, NotFound, TerritoryCode, yuan_text
from subsidy_ledger.books.domain import Posting, Side

__all__ = [
    "QUOTA_ACCOUNTS",
    "Budget",
    "BudgetExhausted",
    "BudgetExists",
    "BudgetMissing",
    "BudgetNotFound",
    "Movement",
    "Quota",
    "Threshold",
    "movement_of",
    "thresholds_crossed",
]

_WHOLE: Final = 100


class BudgetNotFound(NotFound):
    """No budget of this id, or not in the caller's territory."""

    zh = "没有编号为 {id} 的预算，请在预算列表中核对。"
    en = "There is no budget {id}. Look it up in the list of budgets."


class BudgetExists(Conflict):
    """The programme has a budget for this year and territory."""

    zh = "{territory} 的 {programme} 项目 {year} 年预算已经批复。如需追加，请办理预算追加。"
    en = "Programme {programme} has a budget for {year} in {territory}. To add to it, record a supplement."


class BudgetMissing(NotFound):
    """No budget covers the estate in this year."""

    zh = "{territory} 没有 {programme} 项目 {year} 年的预算。请财政部门先批复预算。"
    en = "No budget of programme {programme} for {year} covers {territory}. Have one approved first."


class BudgetExhausted(Conflict):
    """The quota has less than the posting needs."""

    zh = "额度不足：本次需要 {needed} 元，{place}仅余 {left} 元。请追加预算，或退回申请。"
    en = "The quota is short: {needed} yuan needed, {left} left as {place}. Add budget, or return the claim."


class Threshold(IntEnum):
    """The share of a budget, in per cent, whose use is announced once."""

    MOST = 80
    NEARLY_ALL = 95
    ALL = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """By how many fen each part of a quota grows; what leaves one part enters another."""

    approved: int = 0
    available: int = 0
    committed: int = 0
    accrued: int = 0
    spent: int = 0


# The part of the quota that each account of the management ledger stands for, and its normal side.
QUOTA_ACCOUNTS: Final[Mapping[str, tuple[str, Side]]] = {
    "9001": ("approved", Side.CREDIT),
    "9101": ("available", Side.DEBIT),
    "9102": ("committed", Side.DEBIT),
    "9103": ("accrued", Side.DEBIT),
    "9104": ("spent", Side.DEBIT),
}


def movement_of(posting: Posting) -> Movement:
    """Return what a posting does to its quota: read off its lines, so that the two cannot differ."""
    moved = {
        part: posting.effect_on(account) * (1 if side is Side.DEBIT else -1)
        for account, (part, side) in QUOTA_ACCOUNTS.items()
    }
    return Movement(**moved)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quota:
    """Where the approved money stands, in fen."""

    approved: int = 0
    available: int = 0
    committed: int = 0
    accrued: int = 0
    spent: int = 0

    @property
    def used(self) -> int:
        """Return what is no longer available."""
        return self.approved - self.available

    def after(self, movement: Movement) -> "Quota":
        """Return the quota after a movement; raise BudgetExhausted where a part would fall below zero."""
        parts = {part: getattr(self, part) + getattr(movement, part) for part in self.__slots__}
        for part, left in parts.items():
            if left < 0:
                raise BudgetExhausted(
                    needed=yuan_text(-getattr(movement, part)),
                    place=part,
                    left=yuan_text(getattr(self, part)),
                )
        return Quota(**parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What a programme may spend in a year and a territory, by which document."""

    id: UUID
    territory: TerritoryCode
    programme: str
    year: int
    document_no: str
    quota: Quota
    announced_percent: int = 0
    version: int = 1


def thresholds_crossed(quota: Quota, *, announced_percent: int) -> Sequence[Threshold]:
    """Return the thresholds that are reached and not yet announced, the lowest first."""
    return [
        threshold
        for threshold in Threshold
        if threshold > announced_percent and quota.used * _WHOLE >= threshold * quota.approved > 0
    ]
