"""The books without a database: what holds after any sequence of commands."""

from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID, uuid5

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from subsidy_ledger.books.domain import (
    AmountNotPositive,
    Book,
    BooksNotBalanced,
    Line,
    MonthNotOver,
    MonthOutOfOrder,
    Posting,
    PostingKind,
    RedInkStands,
    ReversedAlready,
    Side,
    TooFewLines,
    Voucher,
    posting,
    require_closable,
)
from subsidy_ledger.budgets.domain import (
    BudgetExhausted,
    Quota,
    Threshold,
    movement_of,
    thresholds_crossed,
)

NAMESPACE = UUID(int=7)
MARCH = date(2026, 3, 1)


def line(side: Side, amount: int, *, book: Book = Book.MANAGEMENT, account: str = "9101") -> Line:
    return Line(book=book, account=account, side=side, amount_fen=amount)


def voucher(new: Posting, number: int) -> Voucher:
    return Voucher(
        id=uuid5(NAMESPACE, str(number)),
        ledger="610703",
        month=MARCH,
        number=number,
        territory="610703",
        posting=new,
        budget_id=NAMESPACE,
    )


@pytest.mark.parametrize(
    ("lines", "refusal"),
    [
        ((line(Side.DEBIT, 5),), TooFewLines),
        ((line(Side.DEBIT, 5), line(Side.CREDIT, 4)), BooksNotBalanced),
        ((line(Side.DEBIT, 5), line(Side.DEBIT, 5)), BooksNotBalanced),
        ((line(Side.DEBIT, 0), line(Side.CREDIT, 0)), AmountNotPositive),
        ((line(Side.DEBIT, -5), line(Side.CREDIT, -5)), AmountNotPositive),
        ((line(Side.DEBIT, 5), line(Side.CREDIT, 5, book=Book.FINANCIAL)), BooksNotBalanced),
    ],
)
def test_what_is_not_balanced_in_every_book_is_no_posting(
    lines: tuple[Line, ...], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        Posting(kind=PostingKind.COMMITMENT, lines=lines)


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        (PostingKind.BUDGET_APPROVAL, ["D 9101", "C 9001"]),
        (PostingKind.COMMITMENT, ["D 9102", "C 9101"]),
        (PostingKind.ACCRUAL, ["D 9103", "C 9102", "D 5001", "C 2307"]),
        (PostingKind.PAYMENT, ["D 9104", "C 9103", "D 2307", "C 4001", "D 7101", "C 6001"]),
    ],
)
def test_each_event_is_posted_by_the_table(kind: PostingKind, expected: list[str]) -> None:
    lines = posting(kind, amount_fen=7).lines

    assert [f"{each.side.value[0].upper()} {each.account}" for each in lines] == expected


def test_a_voucher_number_says_ledger_month_and_place() -> None:
    new = posting(PostingKind.ACCRUAL, amount_fen=1)

    assert voucher(new, 7).voucher_no == "610703-202603-00007"


def test_a_voucher_is_reversed_once_and_a_reversal_never() -> None:
    new = posting(PostingKind.ACCRUAL, amount_fen=7)
    original = voucher(new, 1)

    red = original.reversal()

    assert (red.red, red.lines) == (True, new.lines)
    with pytest.raises(ReversedAlready):
        replace(original, reversed_by=NAMESPACE).reversal()
    with pytest.raises(RedInkStands):
        voucher(red, 2).reversal()


@pytest.mark.parametrize(
    ("today", "open_months", "refusal"),
    [
        (date(2026, 3, 30), [MARCH], MonthNotOver),
        (date(2026, 4, 1), [date(2026, 2, 1), MARCH], MonthOutOfOrder),
        (date(2026, 3, 31), [MARCH], None),
        (date(2026, 5, 1), [MARCH, date(2026, 4, 1)], None),
    ],
)
def test_months_are_closed_in_order_and_when_they_are_over(
    today: date, open_months: list[date], refusal: type[Exception] | None
) -> None:
    def close() -> None:
        require_closable(month=MARCH, last_day=date(2026, 3, 31), today=today, open_months=open_months)

    if refusal is None:
        close()
    else:
        with pytest.raises(refusal):
            close()


@pytest.mark.parametrize(
    ("used", "announced", "expected"),
    [
        (79, 0, []),
        (80, 0, [80]),
        (95, 0, [80, 95]),
        (95, 80, [95]),
        (100, 0, [80, 95, 100]),
        (100, 100, []),
    ],
)
def test_a_threshold_is_crossed_when_it_is_reached(used: int, announced: int, expected: list[int]) -> None:
    quota = Quota(approved=100, available=100 - used, committed=used)

    assert thresholds_crossed(quota, announced_percent=announced) == expected


def test_an_empty_budget_reaches_no_threshold() -> None:
    assert thresholds_crossed(Quota(), announced_percent=0) == []
    assert [*Threshold] == [80, 95, 100]


@dataclass
class Funded:
    """A claim as far as its money goes: its vouchers that stand, the latest last."""

    amount: int
    standing: list[Voucher] = field(default_factory=list)


CHAIN = (PostingKind.COMMITMENT, PostingKind.ACCRUAL, PostingKind.PAYMENT)


class LedgerMachine(RuleBasedStateMachine):
    """Budgets, commitments, accruals, payments and reversals in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.quota = Quota()
        self.vouchers: list[Voucher] = []
        self.claims: list[Funded] = []

    def post(self, new: Posting) -> Voucher:
        self.quota = self.quota.after(movement_of(new))
        self.vouchers.append(voucher(new, len(self.vouchers) + 1))
        return self.vouchers[-1]

    @rule(amount=st.integers(1, 10**12))
    def approve(self, amount: int) -> None:
        self.post(posting(PostingKind.BUDGET_APPROVAL, amount_fen=amount))

    @rule(amount=st.integers(1, 10**12))
    def commit(self, amount: int) -> None:
        available = self.quota.available
        try:
            made = self.post(posting(PostingKind.COMMITMENT, amount_fen=amount))
        except BudgetExhausted:
            assert amount > available
            return
        assert amount <= available
        self.claims.append(Funded(amount, [made]))

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def go_on(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        if len(claim.standing) < len(CHAIN):
            kind = CHAIN[len(claim.standing)]
            try:
                claim.standing.append(self.post(posting(kind, amount_fen=claim.amount)))
            except BudgetExhausted:
                assert not claim.standing

    @precondition(lambda self: self.claims)
    @rule(data=st.data())
    def reverse(self, data: st.DataObject) -> None:
        claim = data.draw(st.sampled_from(self.claims))
        if claim.standing:
            before = self.balances()
            last = claim.standing.pop()
            self.post(last.reversal())
            undone = {account: before[account] - last.posting.effect_on(account) for account in before}
            assert self.balances() == undone

    def balances(self) -> dict[str, int]:
        accounts = {each.account for v in self.vouchers for each in v.posting.lines}
        return {a: sum(v.posting.effect_on(a) for v in self.vouchers) for a in accounts}

    @invariant()
    def every_book_is_balanced(self) -> None:
        balances = self.balances()
        books = {each.account: each.book for v in self.vouchers for each in v.posting.lines}
        for book in Book:
            assert sum(fen for account, fen in balances.items() if books[account] is book) == 0

    @invariant()
    def the_quota_adds_up_and_is_nowhere_below_zero(self) -> None:
        quota = self.quota
        assert quota.approved == quota.available + quota.committed + quota.accrued + quota.spent
        assert min(quota.available, quota.committed, quota.accrued, quota.spent) >= 0

    @invariant()
    def the_quota_is_what_the_books_say(self) -> None:
        balances = self.balances()
        quota = self.quota
        assert (
            -balances.get("9001", 0),
            balances.get("9101", 0),
            balances.get("9102", 0),
            balances.get("9103", 0),
            balances.get("9104", 0),
        ) == (quota.approved, quota.available, quota.committed, quota.accrued, quota.spent)

    @invariant()
    def no_claim_is_paid_more_than_was_accrued(self) -> None:
        by_stage = [
            sum(claim.amount for claim in self.claims if len(claim.standing) == stage + 1)
            for stage in range(len(CHAIN))
        ]
        assert by_stage == [self.quota.committed, self.quota.accrued, self.quota.spent]


TestAnySequence = LedgerMachine.TestCase
TestAnySequence.settings = settings(
    max_examples=60, stateful_step_count=30, deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
