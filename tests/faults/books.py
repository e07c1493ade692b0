"""Money in a fault run: what is asked for is posted in the real books, and told to the real read model."""

from dataclasses import replace
from typing import Final
from uuid import UUID

from shared.contracts.subsidy_ledger import SubsidyCommitted
from shared.kernel import Actor, system_clock
from shared.messaging import Subscriptions, react_to_one
from shared.service import Service
from shared.storage import Database, Occasion, Work
from subsidy_ledger.books.domain import PostingKind, posting
from subsidy_ledger.books.storage import Source
from subsidy_ledger.budgets.commands import approve_budget, post_on_quota
from subsidy_ledger.budgets.storage import find_budget
from subsidy_ledger.main import SERVICE as LEDGER_SERVICE
from supervision.main import SERVICE as SUPERVISION_SERVICE
from tests.faults.facts import PaymentAsked, note

DISTRICT: Final = "610703"
PROGRAMME: Final = "P02"
# One budget a year: so many payments at once do not wait for each other.
YEARS: Final = range(2020, 2028)
APPROVED_FEN: Final = 10**14


async def approve_budgets(database: Database) -> None:
    """Approve more than any run can spend."""
    occasion = Occasion(actor=Actor.system("faults"), now=system_clock())
    for year in YEARS:
        async with database.begin(occasion) as work:
            await approve_budget(
                work,
                territory=DISTRICT,
                programme=PROGRAMME,
                year=year,
                amount_fen=APPROVED_FEN,
                document_no=f"{year}-1",
            )


async def post_payment(work: Work, event: PaymentAsked) -> None:
    """Bind quota for a payment, post the voucher, and tell of it."""
    year = YEARS[event.thing_id.int % len(YEARS)]
    budget = await find_budget(work, programme=PROGRAMME, year=year, territory=DISTRICT)
    assert budget is not None
    source = Source(territory=DISTRICT, budget_id=budget.id, budget_territory=DISTRICT, memo=event.called)
    new = posting(PostingKind.COMMITMENT, amount_fen=event.amount_fen)
    posted = await post_on_quota(work, new=new, source=source)
    work.publish(_committed(event, posted.voucher_no), about=posted.budget)
    await note(work, called=event.called)


def _committed(event: PaymentAsked, voucher_no: str) -> SubsidyCommitted:
    return SubsidyCommitted(
        claim_id=event.thing_id,
        programme=PROGRAMME,
        estate_id=UUID(int=1),
        payee=event.called,
        amount_fen=event.amount_fen,
        voucher_no=voucher_no,
    )


async def keep_commitment_and_note(work: Work, event: SubsidyCommitted) -> None:
    """Do what supervision does, and leave a visible effect beside it."""
    await react_to_one(SUPERVISION_SERVICE.subscriptions[SubsidyCommitted], work, event)
    await note(work, called=event.payee)


def ledger() -> Service:
    """Return subsidy-ledger, which in a fault run also hears who asks for money."""
    heard: Subscriptions = {**LEDGER_SERVICE.subscriptions, PaymentAsked: post_payment}
    return replace(LEDGER_SERVICE, subscriptions=heard)


def supervision() -> Service:
    """Return supervision, each of whose commitments leaves a visible effect."""
    heard: Subscriptions = {**SUPERVISION_SERVICE.subscriptions, SubsidyCommitted: keep_commitment_and_note}
    return replace(SUPERVISION_SERVICE, subscriptions=heard)
