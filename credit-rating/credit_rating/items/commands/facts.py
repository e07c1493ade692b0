"""Facts of other contexts that are credit items by themselves, also for a company that is not entered yet."""

from dataclasses import asdict, dataclass
from datetime import date
from uuid import UUID

from credit_rating.companies.domain import Company
from credit_rating.companies.storage import GET as GET_COMPANY
from credit_rating.companies.storage import company_of, hold_company
from credit_rating.items.commands.effects import effect_of, put_into_effect, room_for
from credit_rating.items.domain import SYSTEM, CreditItem, FactPunishedAlready
from credit_rating.items.storage import TAKE_WAITING, WAIT, add_item, fact_was_recorded
from credit_rating.schemes.commands import present_scheme
from credit_rating.schemes.domain import Cause, Scheme, SchemeItem
from credit_rating.scores.commands import refresh_standing
from shared.kernel import local_date, new_id
from shared.storage import Work

__all__ = ["Fact", "apply_waiting_facts", "record_fact"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What happened, to whom, and by which event it is known. `fact_key` names it once and for all."""

    org: str
    cause: Cause
    fact_key: str
    estate_id: UUID | None
    occurred_on: date
    evidence: str
    causation_id: UUID | None


async def record_fact(work: Work, *, fact: Fact) -> None:
    """Record the item that a fact stands for, in effect at once; keep it waiting for an unknown company.

    A fact that has its item already, or that the scheme in force does not count, changes nothing; nor does
    one whose item a person took back.
    """
    await hold_company(work, org=fact.org)
    row = await work.fetch_one(GET_COMPANY, org=fact.org)
    if row is None:
        await work.execute(WAIT, **asdict(fact), arrived_at=work.now)
        return
    if await _apply(work, fact, company=company_of(row), on=local_date(work.now)):
        await refresh_standing(work, org=fact.org)


async def apply_waiting_facts(work: Work, *, company: Company) -> None:
    """Record what happened to a company before it entered, in the order and on the days the facts arrived.

    So an old fact counts no longer than it would have, had the file been there.
    """
    rows = await work.fetch_all(TAKE_WAITING, org=company.org)
    for row in sorted(rows, key=lambda row: (row["arrived_at"], row["fact_key"])):
        values = dict(row)
        on = local_date(values.pop("arrived_at"))
        await _apply(work, Fact(**values), company=company, on=on)


async def _apply(work: Work, fact: Fact, *, company: Company, on: date) -> bool:
    scheme = await present_scheme(work)
    rule = scheme.item_caused_by(fact.cause)
    if rule is None or await fact_was_recorded(work, org=fact.org, code=rule.code, fact_key=fact.fact_key):
        return False
    item = _item(work, fact, company=company, scheme=scheme, rule=rule)
    try:
        await room_for(work, item, await effect_of(work, item, on=on))
    except FactPunishedAlready:
        # One fact counts once (CR-05): a person recorded it already, by an item as heavy or heavier.
        return False
    await add_item(work, item)
    await put_into_effect(work, item, company=company, on=on)
    return True


def _item(work: Work, fact: Fact, *, company: Company, scheme: Scheme, rule: SchemeItem) -> CreditItem:
    [value] = rule.values
    return CreditItem(
        id=new_id(),
        org=company.org,
        territory=company.territory,
        scheme=scheme.version,
        code=rule.code,
        variant=value.variant,
        kind=rule.kind,
        severity=rule.severity,
        points_tenths=value.points_tenths,
        fact_key=fact.fact_key,
        estate_id=fact.estate_id,
        occurred_on=fact.occurred_on,
        evidence=fact.evidence,
        causation_id=fact.causation_id,
        recorded_by=SYSTEM,
        recorder_unit=SYSTEM,
        recorded_at=work.now,
    )
