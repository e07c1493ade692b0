"""What may be posted: balanced vouchers by the table of 6.3, and their reversal in red ink (L-01, L-03)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final
from uuid import UUID

from shared.kernel import TerritoryCode
from subsidy_ledger.books.domain.refusals import (
    AmountNotPositive,
    BooksNotBalanced,
    MonthNotOver,
    MonthOutOfOrder,
    RedInkStands,
    ReversedAlready,
    TooFewLines,
)

__all__ = [
    "POSTING_RULES",
    "Book",
    "Line",
    "Posting",
    "PostingKind",
    "Side",
    "Voucher",
    "ledger_of",
    "month_of",
    "posting",
    "require_closable",
    "voucher_no",
]

# A ledger is kept by district: the first six digits of the territory whose money it is.
_LEDGER_DIGITS: Final = 6
_FEWEST_LINES: Final = 2


class Side(StrEnum):
    """Debit or credit."""

    DEBIT = "debit"
    CREDIT = "credit"


class Book(StrEnum):
    """The parallel books: ours, and the two of the Government Accounting System (6.3)."""

    MANAGEMENT = "management"
    FINANCIAL = "financial"
    BUDGET = "budget"


class PostingKind(StrEnum):
    """What happened to the money."""

    BUDGET_APPROVAL = "budget_approval"
    BUDGET_SUPPLEMENT = "budget_supplement"
    COMMITMENT = "commitment"
    ACCRUAL = "accrual"
    PAYMENT = "payment"


_APPROVE: Final = ((Book.MANAGEMENT, "9101", "9001"),)
# The table of 6.3, as (book, account debited, account credited).
POSTING_RULES: Final[Mapping[PostingKind, tuple[tuple[Book, str, str], ...]]] = {
    PostingKind.BUDGET_APPROVAL: _APPROVE,
    PostingKind.BUDGET_SUPPLEMENT: _APPROVE,
    PostingKind.COMMITMENT: ((Book.MANAGEMENT, "9102", "9101"),),
    PostingKind.ACCRUAL: ((Book.MANAGEMENT, "9103", "9102"), (Book.FINANCIAL, "5001", "2307")),
    PostingKind.PAYMENT: (
        (Book.MANAGEMENT, "9104", "9103"),
        (Book.FINANCIAL, "2307", "4001"),
        (Book.BUDGET, "7101", "6001"),
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One entry: an amount in fen, above zero, on one side of one account."""

    book: Book
    account: str
    side: Side
    amount_fen: int

    @property
    def debit_fen(self) -> int:
        """Return the amount, negative on the credit side."""
        return self.amount_fen if self.side is Side.DEBIT else -self.amount_fen


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What is to be posted: balanced in every book (L-01).

    Red ink is written on the same sides as the original and counts negatively. Raises TooFewLines,
    AmountNotPositive, BooksNotBalanced.
    """

    kind: PostingKind
    lines: tuple[Line, ...]
    red: bool = False

    def __post_init__(self) -> None:
        """Refuse what the database would refuse."""
        if len(self.lines) < _FEWEST_LINES:
            raise TooFewLines(lines=len(self.lines))
        _require_positive(self.lines)
        for book in Book:
            off_fen = sum(line.debit_fen for line in self.lines if line.book is book)
            if off_fen:
                raise BooksNotBalanced(book=book.value, off_fen=off_fen)

    def effect_on(self, account: str) -> int:
        """Return by how many fen the debit balance of an account grows."""
        sign = -1 if self.red else 1
        return sign * sum(line.debit_fen for line in self.lines if line.account == account)


def _require_positive(lines: Iterable[Line]) -> None:
    for line in lines:
        if line.amount_fen <= 0:
            raise AmountNotPositive(account=line.account, amount_fen=line.amount_fen)


def posting(kind: PostingKind, *, amount_fen: int) -> Posting:
    """Return the posting of an amount by the table of 6.3."""
    lines = [
        Line(book=book, account=account, side=side, amount_fen=amount_fen)
        for book, debited, credited in POSTING_RULES[kind]
        for account, side in ((debited, Side.DEBIT), (credited, Side.CREDIT))
    ]
    return Posting(kind=kind, lines=tuple(lines))


@dataclass(frozen=True, slots=True, kw_only=True)
class Voucher:
    """What has been posted. Its number is gapless within ledger and month (L-06)."""

    id: UUID
    ledger: TerritoryCode
    month: date
    number: int
    territory: TerritoryCode
    posting: Posting
    budget_id: UUID
    claim_id: UUID | None = None
    reverses: UUID | None = None
    reversed_by: UUID | None = None

    @property
    def voucher_no(self) -> str:
        """Return the number as it is written."""
        return voucher_no(ledger=self.ledger, month=self.month, number=self.number)

    @property
    def amount_fen(self) -> int:
        """Return the amount of the transaction."""
        return self.posting.lines[0].amount_fen

    def reversal(self) -> Posting:
        """Return the posting in red ink that takes this one back; raise RedInkStands, ReversedAlready."""
        if self.posting.red:
            raise RedInkStands(voucher_no=self.voucher_no)
        if self.reversed_by is not None:
            raise ReversedAlready(voucher_no=self.voucher_no)
        return Posting(kind=self.posting.kind, lines=self.posting.lines, red=True)


def voucher_no(*, ledger: TerritoryCode, month: date, number: int) -> str:
    """Return the number of a voucher as it is written: ledger, month, five digits."""
    return f"{ledger}-{month:%Y%m}-{number:05d}"


def ledger_of(territory: TerritoryCode) -> TerritoryCode:
    """Return the ledger that a territory's money is kept in."""
    return territory[:_LEDGER_DIGITS]


def month_of(day: date) -> date:
    """Return the month of a day, by its first day."""
    return day.replace(day=1)


def require_closable(*, month: date, last_day: date, today: date, open_months: Iterable[date]) -> None:
    """Refuse to close a month before its last day, or before an earlier one; raise a refusal."""
    if today < last_day:
        raise MonthNotOver(month=f"{month:%Y-%m}", last_day=last_day)
    earlier = min(open_months, default=month)
    if earlier < month:
        raise MonthOutOfOrder(month=f"{month:%Y-%m}", earlier=f"{earlier:%Y-%m}")
