"""Entering estates, one by hand or many from a list, and moving the beginning of their record back."""

from collections import Counter
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from estate_registry.estates.domain import Estate, EstateExists, Profile
from estate_registry.estates.storage import (
    insert_estates,
    lock_estate,
    lock_serials,
    save_estate,
    take_serials,
)
from estate_registry.modes.commands import mode_changed
from estate_registry.modes.storage import insert_modes, load_modes, store_modes
from estate_registry.operators.commands import operator_assigned
from estate_registry.operators.storage import insert_assignments, load_operators, store_operators
from estate_registry.registration.domain import (
    Entry,
    Registered,
    ServiceSinceNotEarlier,
    enter,
    first_day_of_service,
    require_town,
)
from estate_registry.territories.domain import TerritoryUnknown
from estate_registry.territories.storage import ONE
from shared.contracts.estate_registry import EstateRegistered
from shared.kernel import TerritoryCode, local_date, new_id
from shared.rules import rule_book
from shared.storage import AlreadyThere, Work

__all__ = ["covered_from", "register_estate", "register_many", "serve_since"]

REASON: Final = "登记入库"


async def register_estate(
    work: Work, *, territory: TerritoryCode, profile: Profile, service_since: date | None = None
) -> Estate:
    """Enter one estate.

    Raises TerritoryTooWide, OutsideTerritory, TerritoryUnknown, EstateExists, TownIsFull,
    ServiceSinceNotEarlier where service would begin after today.
    """
    work.require_territory(require_town(territory))
    await work.load(ONE, missing=TerritoryUnknown, code=territory)
    today = local_date(work.now)
    since = service_since or await covered_from(work, territory=territory)
    if since > today:
        raise ServiceSinceNotEarlier(covered_from=today, day=since)
    entry = Entry(id=new_id(), territory=territory, profile=profile, registered_on=today, covered_from=since)
    await lock_serials(work, [entry.town])
    [registered] = await register_many(work, [entry])
    return registered.estate


async def register_many(work: Work, entries: Sequence[Entry]) -> list[Registered]:
    """Enter estates whose towns `lock_serials` holds, in their order; raise EstateExists or TownIsFull."""
    if not entries:
        return []
    registered = await _with_codes(work, entries)
    try:
        await insert_estates(work, [one.estate for one in registered])
    except AlreadyThere as taken:
        profile = entries[0].profile
        raise EstateExists(name=profile.name, address=profile.address) from taken
    await insert_modes(work, [(one.estate.id, spell) for one in registered for spell in one.modes.spells])
    await insert_assignments(
        work, [(one.estate.id, spell) for one in registered for spell in one.operators.spells]
    )
    for one in registered:
        _tell(work, one)
    return registered


async def serve_since(work: Work, *, estate_id: UUID, day: date) -> Estate:
    """Begin the service record of an estate on an earlier day: its first mode and operator reach back.

    Raises EstateNotFound, ServiceSinceNotEarlier.
    """
    estate = await lock_estate(work, estate_id=estate_id)
    if day >= estate.covered_from:
        raise ServiceSinceNotEarlier(covered_from=estate.covered_from, day=day)
    modes = await load_modes(work, estate_id=estate_id)
    operators = await load_operators(work, estate_id=estate_id)
    earlier = operators.starting(day)
    await store_modes(work, estate_id=estate_id, changes=modes.changes_to(modes.starting(day)))
    await store_operators(work, estate_id=estate_id, changes=operators.changes_to(earlier))
    reaching = estate.following(covered_from=day)
    await save_estate(work, reaching)
    work.publish(operator_assigned(estate_id, earlier.spells[0]), about=reaching)
    return reaching


async def covered_from(work: Work, *, territory: TerritoryCode) -> date:
    """Return the day the record of an estate that enters today begins, where nothing else is known."""
    today = local_date(work.now)
    book = await rule_book(work)
    years = book.integer("er.estate.covered_years_before", territory=territory, on=today)
    return first_day_of_service(today, years_before=years)


async def _with_codes(work: Work, entries: Sequence[Entry]) -> list[Registered]:
    taken = await take_serials(work, Counter(entry.town for entry in entries))
    serials = {town: iter(numbers) for town, numbers in taken.items()}
    return [
        enter(
            entry, serial=next(serials[entry.town]), mode_id=new_id(), assignment_id=new_id(), reason=REASON
        )
        for entry in entries
    ]


def _tell(work: Work, registered: Registered) -> None:
    estate = registered.estate
    work.publish(_registered_event(estate), about=estate)
    mode = registered.modes.spells[0]
    changed = mode_changed(
        estate.id, old=None, new=mode.value.mode, start=mode.period.start, reason=mode.value.reason
    )
    work.publish(changed, about=estate)
    work.publish(operator_assigned(estate.id, registered.operators.spells[0]), about=estate)


def _registered_event(estate: Estate) -> EstateRegistered:
    profile = estate.profile
    return EstateRegistered(
        estate_id=estate.id,
        code=estate.code,
        estate_name=profile.name,
        territory=estate.territory,
        year_built=profile.year_built,
        area_m2x100=profile.area_m2x100,
        households=profile.households,
        buildings=profile.buildings,
        three_no=profile.three_no,
        registered_on=estate.registered_on,
    )
