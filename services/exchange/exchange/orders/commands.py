"""Take a batch of 12345 orders in, line by line, in one transaction.

Every lock is taken in the order of the numbers, so that two batches that share orders wait for each other
and never for ever.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from exchange.categories.domain import leaf_of
from exchange.categories.storage import leaves_by_pattern
from exchange.log.domain import Direction, Exchange, Matter
from exchange.log.storage import record_exchange
from exchange.orders.access import Grounds, grounds_for_orders
from exchange.orders.callers import mark_of
from exchange.orders.domain import Draft, Order, OrderNumberTaken
from exchange.orders.facts import order_imported
from exchange.orders.storage import insert_order, lock_order, orders_by_number, save_order
from exchange.orders.terms import Terms, terms_for
from shared.kernel import Refusal, new_id
from shared.storage import Work

__all__ = ["LineResult", "Outcome", "import_orders"]


class Outcome(StrEnum):
    """What became of a line."""

    TAKEN = "taken"
    UNCHANGED = "unchanged"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True, kw_only=True)
class LineResult:
    """What became of a line: the order on record, or why it was refused."""

    outcome: Outcome
    order: Order | None = None
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Desk:
    """What is needed for every line: by what right, the orders as they were, the categories, the terms."""

    grounds: Grounds
    known: dict[str, Order]
    leaves: Mapping[str, str]
    terms: Terms

    def new_order(self, work: Work, draft: Draft) -> Order:
        """Return a draft as an order on record from now on."""
        statement = draft.statement
        return Order(
            id=new_id(),
            order_no=draft.order_no,
            statement=statement,
            progress=self.terms.complete(draft),
            leaf=leaf_of(statement.category_code, self.leaves),
            caller_mark=mark_of(statement.caller),
            imported_at=work.now,
            imported_by=work.actor.person,
            party=work.actor.unit,
        )


async def import_orders(
    work: Work, *, drafts: Sequence[Draft], unreadable: int, digest: str
) -> list[LineResult]:
    """Take orders in and return what became of each, in the order given; the exchange is put on record.

    `unreadable` lines of the batch never became a draft; `digest` is the SM3 of the batch. An order taken for
    the first time is told to the platform, unless the hotline had closed it. Raises OrdersNotGranted.
    """
    grounds = await grounds_for_orders(work)
    numbers = [draft.order_no for draft in drafts]
    desk = _Desk(
        grounds=grounds,
        known=dict(await orders_by_number(work, numbers, whose=grounds.party)),
        leaves=await leaves_by_pattern(work),
        terms=await terms_for(work),
    )
    results: dict[int, LineResult] = {}
    for place in sorted(range(len(drafts)), key=lambda place: drafts[place].order_no):
        results[place] = await _take(work, drafts[place], desk=desk)
    inside = [results[place] for place in range(len(drafts))]
    await _log(work, inside, grounds=grounds, unreadable=unreadable, digest=digest)
    return inside


async def _take(work: Work, draft: Draft, *, desk: _Desk) -> LineResult:
    """Take one line in; a refusal is its result, and leaves the other lines as they are."""
    try:
        work.require_territory(draft.statement.territory_code)
        draft.require_admissible(work.now)
        result = await _settle(work, draft, desk=desk)
    except Refusal as refusal:
        return LineResult(outcome=Outcome.REFUSED, refusal=refusal)
    if result.order is not None:
        desk.known[draft.order_no] = result.order
    return result


async def _settle(work: Work, draft: Draft, *, desk: _Desk) -> LineResult:
    known = desk.known.get(draft.order_no)
    if known is not None and known.followed_by(draft) is known:
        return LineResult(outcome=Outcome.UNCHANGED, order=known)
    if known is None:
        order = desk.new_order(work, draft)
        if await insert_order(work, order):
            _tell(work, order)
            return LineResult(outcome=Outcome.TAKEN, order=order)
    return await _move_on(work, draft, whose=desk.grounds.party)


async def _move_on(work: Work, draft: Draft, *, whose: str | None) -> LineResult:
    """Move an order on that is on record, as it is now that nobody else can change it."""
    order = await lock_order(work, order_no=draft.order_no, whose=whose)
    if order is None:
        raise OrderNumberTaken(order_no=draft.order_no)
    after = order.followed_by(draft)
    if after is order:
        return LineResult(outcome=Outcome.UNCHANGED, order=order)
    await save_order(work, after, whose=whose)
    return LineResult(outcome=Outcome.TAKEN, order=after)


def _tell(work: Work, order: Order) -> None:
    if not order.is_history:
        work.publish(order_imported(order), about=order)


async def _log(
    work: Work, results: Sequence[LineResult], *, grounds: Grounds, unreadable: int, digest: str
) -> None:
    counts = Counter(result.outcome for result in results)
    counts[Outcome.REFUSED] += unreadable
    exchange = Exchange(
        direction=Direction.IN,
        resource=Matter.ORDERS,
        party=grounds.party,
        purpose=grounds.purpose,
        legal_basis=grounds.legal_basis,
        grant_id=grounds.grant_id,
        items={outcome.value: counts[outcome] for outcome in Outcome},
        count=counts.total(),
        digest=digest,
    )
    await record_exchange(work, exchange)
