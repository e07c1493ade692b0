"""Put an item into effect or take it back: the item, its point entry and the fact that tells of it."""

from dataclasses import replace
from datetime import date, datetime

from credit_rating.companies.domain import Company
from credit_rating.items.domain import CreditItem, Effect, Repeats, Status, corrections, lesser_of_the_fact
from credit_rating.items.storage import add_entry, add_item, effective_items_of_code, items_of_fact, save_item
from credit_rating.schemes.domain import Scheme
from credit_rating.schemes.storage import scheme_of
from shared.contracts.credit_rating import CreditItemRecorded, CreditItemRevoked
from shared.kernel import add_months, new_id
from shared.storage import Work

__all__ = ["effect_of", "put_into_effect", "room_for", "take_back"]

_REPLACED = "CR-05：同一事实计更重一项 {code} / the fact counts by the heavier item {code}"
_RANKED_ANEW = "CR-06：前次记录撤销，重新计算倍数 / an earlier item was taken back, the factor changes"


async def effect_of(work: Work, item: CreditItem, *, on: date) -> Effect:
    """Return what an item counts that takes effect on a day: its points, times the factor of its repeat."""
    scheme = await scheme_of(work, version=item.scheme)
    factor = await _factor(work, item, repeats=_repeats(scheme), on=on)
    return Effect(
        valid_from=on,
        valid_to=add_months(on, scheme.item(item.code).validity_months),
        factor_tenths=factor,
        counted_tenths=_repeats(scheme).weigh(item.points_tenths, factor_tenths=factor),
    )


async def room_for(work: Work, item: CreditItem, effect: Effect) -> CreditItem | None:
    """Return the lighter item of the same fact, if there is one; raise FactPunishedAlready for a heavier."""
    if item.fact_key is None:
        return None
    others = await items_of_fact(work, org=item.org, fact_key=item.fact_key)
    return lesser_of_the_fact(item, effect, others)


async def put_into_effect(
    work: Work,
    item: CreditItem,
    *,
    company: Company,
    on: date,
    confirmed_by: str | None = None,
    confirmed_at: datetime | None = None,
) -> CreditItem:
    """Have an item count from a day on; a lighter item of the same fact makes way for it.

    Raises FactPunishedAlready, StepNotAllowed, ChangedMeanwhile.
    """
    lesser = await room_for(work, item, await effect_of(work, item, on=on))
    if lesser is not None:
        await take_back(work, lesser, company=company, reason=_REPLACED.format(code=item.code))
    effect = await effect_of(work, item, on=on)
    confirmed = replace(effect, confirmed_by=confirmed_by, confirmed_at=confirmed_at)
    return await _enter(work, item.take_effect(confirmed), effect=confirmed, company=company)


async def take_back(work: Work, item: CreditItem, *, company: Company, reason: str) -> CreditItem:
    """Take an item back by a reversing entry; later items of its code lose the factor it gave them.

    One that never counted is closed without an entry. Raises StepNotAllowed, ChangedMeanwhile.
    """
    revoked = await _reverse(work, item, company=company, reason=reason)
    if item.kind == "bad" and item.counts:
        repeats = _repeats(await scheme_of(work, version=item.scheme))
        remaining = await effective_items_of_code(work, org=item.org, code=item.code)
        for wrong, effect in corrections(remaining, repeats):
            await _correct(work, wrong, effect=effect, company=company)
    return revoked


async def _factor(work: Work, item: CreditItem, *, repeats: Repeats, on: date) -> int:
    if item.kind != "bad":
        return repeats.factor((), on=on)
    earlier = await effective_items_of_code(work, org=item.org, code=item.code)
    return repeats.factor((before.effect.valid_from for before in earlier if before.effect), on=on)


async def _correct(work: Work, wrong: CreditItem, *, effect: Effect, company: Company) -> None:
    """Reverse an item and enter it anew with the effect it should have."""
    await _reverse(work, wrong, company=company, reason=_RANKED_ANEW)
    anew = replace(wrong, id=new_id(), corrects=wrong.id, status=Status.RECORDED, effect=None, version=1)
    await add_item(work, anew)
    await _enter(work, anew.take_effect(effect), effect=effect, company=company)


async def _enter(work: Work, item: CreditItem, *, effect: Effect, company: Company) -> CreditItem:
    saved = await save_item(work, item)
    reason = item.evidence
    await add_entry(work, item, kind="effect", points_tenths=effect.counted_tenths, reason=reason)
    fact = CreditItemRecorded(
        org=item.org,
        item_id=item.id,
        code=item.code,
        kind=item.kind,
        points_tenths=effect.counted_tenths,
        estate_id=item.estate_id,
        valid_from=effect.valid_from,
        valid_to=effect.valid_to,
    )
    work.publish(fact, about=company)
    return saved


async def _reverse(work: Work, item: CreditItem, *, company: Company, reason: str) -> CreditItem:
    revoked = await save_item(work, item.revoke(person=work.actor.person, at=work.now, reason=reason))
    if item.effect is not None:
        points = -item.effect.counted_tenths
        await add_entry(work, item, kind="reversal", points_tenths=points, reason=reason)
        fact = CreditItemRevoked(org=item.org, item_id=item.id, code=item.code, reason=reason)
        work.publish(fact, about=company)
    return revoked


def _repeats(scheme: Scheme) -> Repeats:
    return Repeats(
        window_months=scheme.repeat_window_months,
        factors_tenths=scheme.repeat_factors_tenths,
        round_to_tenths=scheme.repeat_round_to_tenths,
    )
