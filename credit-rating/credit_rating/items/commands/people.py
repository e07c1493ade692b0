"""What people do with credit items: one records, another confirms, and takes back."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from credit_rating.companies.domain import Company, CompanyNotFound
from credit_rating.companies.storage import GET as GET_COMPANY
from credit_rating.companies.storage import company_of, hold_company
from credit_rating.items.commands.effects import effect_of, put_into_effect, room_for, take_back
from credit_rating.items.domain import (
    CreditItem,
    CreditItemNotFound,
    FactInTheFuture,
    FactNeedsKey,
    recorder_of,
    require_recorder,
)
from credit_rating.items.storage import GET, add_item, item_of
from credit_rating.schemes.commands import present_scheme
from credit_rating.schemes.domain import Scheme
from credit_rating.scores.commands import refresh_standing
from shared.kernel import local_date, new_id
from shared.storage import Work

__all__ = ["Draft", "confirm_item", "record_item", "revoke_item"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """What a recorder writes down. `occurred_on` None is today."""

    code: str
    variant: str
    fact_key: str | None
    estate_id: UUID | None
    occurred_on: date | None
    evidence: str


async def record_item(work: Work, *, org: str, draft: Draft) -> CreditItem:
    """Record an item in a company's file; it counts once another person has confirmed it.

    Raises CompanyNotFound, ItemNotInScheme, VariantNotInItem, UnitMayNotRecord, FactInTheFuture,
    FactNeedsKey, FactPunishedAlready.
    """
    company = company_of(await work.load(GET_COMPANY, missing=CompanyNotFound, org=org))
    item = _item(work, draft, company=company, scheme=await present_scheme(work))
    await room_for(work, item, await effect_of(work, item, on=local_date(work.now)))
    await add_item(work, item)
    return item


async def confirm_item(work: Work, *, item_id: UUID) -> CreditItem:
    """Have an item that another person recorded take effect today, and score the company.

    Raises CreditItemNotFound, RecorderMayNotConfirm, StepNotAllowed, FactPunishedAlready.
    """
    item = item_of(await work.load(GET, missing=CreditItemNotFound, id=item_id))
    item.require_confirmer(work.actor.person)
    company = await _hold(work, org=item.org)
    confirmed = await put_into_effect(
        work,
        item,
        company=company,
        on=local_date(work.now),
        confirmed_by=work.actor.person,
        confirmed_at=work.now,
    )
    await refresh_standing(work, org=item.org)
    return confirmed


async def revoke_item(work: Work, *, item_id: UUID, reason: str) -> CreditItem:
    """Take an item back by a reversing entry, and score the company (CR-08).

    Raises CreditItemNotFound, StepNotAllowed.
    """
    item = item_of(await work.load(GET, missing=CreditItemNotFound, id=item_id))
    company = await _hold(work, org=item.org)
    revoked = await take_back(work, item, company=company, reason=reason)
    await refresh_standing(work, org=item.org)
    return revoked


def _item(work: Work, draft: Draft, *, company: Company, scheme: Scheme) -> CreditItem:
    rule, unit, today = scheme.item(draft.code), recorder_of(work.actor), local_date(work.now)
    require_recorder(unit, code=rule.code, recorders=rule.recorders, records_all=scheme.records_all)
    occurred_on = draft.occurred_on or today
    if occurred_on > today:
        raise FactInTheFuture(occurred_on=occurred_on)
    if rule.kind == "bad" and draft.fact_key is None:
        raise FactNeedsKey(code=rule.code)
    return CreditItem(
        id=new_id(),
        org=company.org,
        territory=company.territory,
        scheme=scheme.version,
        code=rule.code,
        variant=draft.variant,
        kind=rule.kind,
        severity=rule.severity,
        points_tenths=rule.value_of(draft.variant).points_tenths,
        fact_key=draft.fact_key,
        estate_id=draft.estate_id,
        occurred_on=occurred_on,
        evidence=draft.evidence,
        recorded_by=work.actor.person,
        recorder_unit=unit,
        recorded_at=work.now,
    )


async def _hold(work: Work, *, org: str) -> Company:
    await hold_company(work, org=org)
    row = await work.fetch_one(GET_COMPANY, org=org)
    if row is None:
        raise CompanyNotFound(org=org)
    return company_of(row)
