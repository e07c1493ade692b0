"""Credit items and their point entries in the database."""

from dataclasses import asdict, fields, replace
from datetime import date
from typing import Final, Literal

from sqlalchemy import bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from credit_rating.companies.storage import near
from credit_rating.items.domain import SYSTEM, CreditItem, Effect, Status
from credit_rating.tables import credit_items, point_entries, waiting_facts
from shared.kernel import new_id
from shared.storage import Query, Row, Work, in_scope

__all__ = [
    "GET",
    "GET_NEAR",
    "TAKE_WAITING",
    "WAIT",
    "add_entry",
    "add_item",
    "effective_items_of_code",
    "fact_was_recorded",
    "item_of",
    "items_due_to_expire",
    "items_of_fact",
    "save_item",
]

# More than any company has of one code, one fact or one day; a bound, not a page.
MAX_ITEMS: Final = 10_000

_c = credit_items.c
_one: Final = select(credit_items).where(_c.id == bindparam("id"))
GET: Final = Query(_one.where(in_scope(_c.territory)))
GET_NEAR: Final = Query(_one.where(near(_c.territory)))
_of_company: Final = (
    select(credit_items)
    .where(_c.org == bindparam("org"), in_scope(_c.territory))
    .order_by(_c.id)
    .limit(MAX_ITEMS)
)
# Took effect and was not taken back.
_took_effect: Final = or_(_c.status == Status.EFFECTIVE, _c.status == Status.EXPIRED)
_OF_CODE: Final = Query(_of_company.where(_c.code == bindparam("code"), _took_effect))
_OF_FACT: Final = Query(_of_company.where(_c.fact_key == bindparam("fact_key"), _took_effect))
_BY_FACT: Final = Query(
    _of_company.where(
        _c.fact_key == bindparam("fact_key"), _c.code == bindparam("code"), _c.recorder_unit == SYSTEM
    )
)
_DUE: Final = Query(_of_company.where(_c.status == Status.EFFECTIVE, _c.valid_to <= bindparam("on")))
_ADD: Final = Query(insert(credit_items))
_CHANGING: Final = (
    "status",
    "factor_tenths",
    "counted_tenths",
    "valid_from",
    "valid_to",
    "confirmed_by",
    "confirmed_at",
    "revoked_by",
    "revoked_at",
    "revocation_reason",
)
_SAVE: Final = Query(
    update(credit_items)
    .where(_c.id == bindparam("key"), _c.version == bindparam("old_version"), in_scope(_c.territory))
    .values({name: bindparam(name) for name in _CHANGING} | {"version": _c.version + 1})
)
_ADD_ENTRY: Final = Query(insert(point_entries))
WAIT: Final = Query(upsert(waiting_facts).on_conflict_do_nothing())
TAKE_WAITING: Final = Query(
    delete(waiting_facts).where(waiting_facts.c.org == bindparam("org")).returning(waiting_facts)
)
_OWN: Final = tuple(field.name for field in fields(CreditItem) if field.name != "effect")
_NO_EFFECT: Final = dict.fromkeys((field.name for field in fields(Effect)), None)


async def add_item(work: Work, item: CreditItem) -> None:
    """Keep a new item."""
    await work.execute(_ADD, **_columns(item))


async def save_item(work: Work, item: CreditItem) -> CreditItem:
    """Keep what changed of an item and return it with its new version; raise ChangedMeanwhile."""
    values = _columns(item)
    changed = {name: values[name] for name in _CHANGING}
    await work.save(_SAVE, key=item.id, old_version=item.version, **changed)
    return replace(item, version=item.version + 1)


async def add_entry(
    work: Work, item: CreditItem, *, kind: Literal["effect", "reversal"], points_tenths: int, reason: str
) -> None:
    """Write down points given or taken back; such a line is never changed."""
    await work.execute(
        _ADD_ENTRY,
        id=new_id(),
        item_id=item.id,
        org=item.org,
        kind=kind,
        points_tenths=points_tenths,
        reason=reason,
        entered_by=work.actor.person,
        entered_at=work.now,
    )


async def effective_items_of_code(work: Work, *, org: str, code: str) -> list[CreditItem]:
    """Return a company's items of one code that took effect and were not taken back."""
    return [item_of(row) for row in await work.fetch_all(_OF_CODE, org=org, code=code)]


async def items_of_fact(work: Work, *, org: str, fact_key: str) -> list[CreditItem]:
    """Return a company's items about one fact that took effect and were not taken back."""
    return [item_of(row) for row in await work.fetch_all(_OF_FACT, org=org, fact_key=fact_key)]


async def fact_was_recorded(work: Work, *, org: str, code: str, fact_key: str) -> bool:
    """Say whether a fact has recorded this item before, even if a person took it back since."""
    return await work.fetch_one(_BY_FACT, org=org, code=code, fact_key=fact_key) is not None


async def items_due_to_expire(work: Work, *, org: str, on: date) -> list[CreditItem]:
    """Return a company's items in effect whose days are over."""
    return [item_of(row) for row in await work.fetch_all(_DUE, org=org, on=on)]


def item_of(row: Row) -> CreditItem:
    """Return the item a row holds."""
    own = {name: row[name] for name in _OWN} | {"status": Status(row["status"])}
    effect = None if row["valid_from"] is None else Effect(**{name: row[name] for name in _NO_EFFECT})
    return CreditItem(**own, effect=effect)


def _columns(item: CreditItem) -> dict[str, object]:
    own = {name: getattr(item, name) for name in _OWN}
    return own | (_NO_EFFECT if item.effect is None else asdict(item.effect))
