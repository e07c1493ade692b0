"""How much an item counts when it comes again, and when its fact has another item already (CR-05, CR-06)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Final

from credit_rating.items.domain.item import CreditItem, Effect, Status
from credit_rating.items.domain.refusals import FactPunishedAlready
from shared.kernel import add_months

__all__ = ["Repeats", "corrections", "lesser_of_the_fact"]

ONCE_TENTHS: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Repeats:
    """How a bad item weighs when it comes again (CR-06).

    `factors_tenths` holds the factor of the first, second, … time within `window_months`; the last one is
    for all that follow. A multiplied value is rounded up to a multiple of `round_to_tenths`.
    """

    window_months: int
    factors_tenths: tuple[int, ...]
    round_to_tenths: int

    def factor(self, earlier: Iterable[date], *, on: date) -> int:
        """Return the factor, in tenths, of an item that takes effect on a day after earlier ones."""
        recent = sum(day <= on < add_months(day, self.window_months) for day in earlier)
        return self.factors_tenths[min(recent, len(self.factors_tenths) - 1)]

    def weigh(self, points_tenths: int, *, factor_tenths: int) -> int:
        """Return the points multiplied; those of a first time stay as they are."""
        if factor_tenths == ONCE_TENTHS:
            return points_tenths
        step = self.round_to_tenths
        return -(-points_tenths * factor_tenths // (ONCE_TENTHS * step)) * step


def lesser_of_the_fact(item: CreditItem, effect: Effect, others: Iterable[CreditItem]) -> CreditItem | None:
    """Return the bad item that has to make way for this one, of the same fact but lighter (CR-05).

    Raises FactPunishedAlready when one of them weighs as much or more, or has run its time.
    """
    if item.kind != "bad" or item.fact_key is None:
        return None
    for other in others:
        if (other.kind, other.fact_key) != (item.kind, item.fact_key) or other.effect is None:
            continue
        if other.status is Status.EXPIRED or other.effect.counted_tenths >= effect.counted_tenths:
            raise FactPunishedAlready(fact_key=item.fact_key, code=other.code)
        return other
    return None


def corrections(items: Sequence[CreditItem], repeats: Repeats) -> Iterator[tuple[CreditItem, Effect]]:
    """Yield items in effect whose factor is not what their rank says, with the effect they should have.

    All items are of one company and one bad code; needed after one of them was taken back (CR-06, CR-08).
    """
    ranked = sorted(
        ((item, item.effect) for item in items if item.effect is not None),
        key=lambda pair: (pair[1].valid_from, pair[1].confirmed_at or pair[0].recorded_at, pair[0].id),
    )
    for place, (item, effect) in enumerate(ranked):
        earlier = [before.valid_from for _, before in ranked[:place]]
        factor = repeats.factor(earlier, on=effect.valid_from)
        if item.counts and factor != effect.factor_tenths:
            counted = repeats.weigh(item.points_tenths, factor_tenths=factor)
            yield item, replace(effect, factor_tenths=factor, counted_tenths=counted)
