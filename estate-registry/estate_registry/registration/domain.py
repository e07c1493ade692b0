"""What stands in the register on the day an estate enters it."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from estate_registry.estates.domain import Estate, Profile
from estate_registry.modes.domain import INITIAL_MODE, ModeTimeline, first_mode
from estate_registry.operators.domain import OperatorTimeline, custody, first_custody
from estate_registry.territories.domain import TOWN_DIGITS, town_of
from shared.kernel import Conflict, TerritoryCode, make_estate_code

__all__ = [
    "Entry",
    "Registered",
    "ServiceSinceNotEarlier",
    "TerritoryTooWide",
    "TownIsFull",
    "enter",
    "first_day_of_service",
    "require_town",
]

LAST_SERIAL = 9999


class TerritoryTooWide(Conflict):
    """An estate lies in a community, at least in a town or street."""

    zh = (
        "“{territory}”不是镇（街道）或社区（村）。请填写 12 位社区代码；社区不明的，填写 9 位镇（街道）代码。"
    )
    en = "'{territory}' is no town or community. Give the 12-digit community code, or the 9-digit town code."


class TownIsFull(Conflict):
    """The four-digit serial numbers of the town are used up."""

    zh = "镇（街道）“{town}”的小区顺序号（4 位）已用完。请联系平台管理员扩充编码规则。"
    en = "The four-digit serials of town '{town}' are used up. Ask the platform's administrators."


class ServiceSinceNotEarlier(Conflict):
    """The record may begin earlier than it does, not later."""

    zh = "该小区的服务记录自 {covered_from} 开始，只能提前，不能改为 {day}。请填写更早的日期。"
    en = "The service record begins on {covered_from}; it can only be moved back, not to {day}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An estate about to enter: where it lies, what is known of it, since when its service is on record."""

    id: UUID
    territory: TerritoryCode
    profile: Profile
    registered_on: date
    covered_from: date

    @property
    def town(self) -> TerritoryCode:
        """Return the town or street."""
        return town_of(self.territory)


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """An estate in the register, with its first mode and operator."""

    estate: Estate
    modes: ModeTimeline
    operators: OperatorTimeline


def require_town(territory: TerritoryCode) -> TerritoryCode:
    """Return a territory an estate can lie in; raise TerritoryTooWide."""
    if len(territory) < TOWN_DIGITS:
        raise TerritoryTooWide(territory=territory)
    return territory


def first_day_of_service(registered_on: date, *, years_before: int) -> date:
    """Return the first day of the year so many years before an estate entered the register.

    An operator that has long served is recorded with its true start, down to this day.
    """
    return date(registered_on.year - years_before, 1, 1)


def enter(entry: Entry, *, serial: int, mode_id: UUID, assignment_id: UUID, reason: str) -> Registered:
    """Give an estate its code, the mode of an estate nobody else serves, and its community for a custodian.

    Raises TownIsFull.
    """
    if serial > LAST_SERIAL:
        raise TownIsFull(town=entry.town)
    estate = Estate(
        id=entry.id,
        code=make_estate_code(entry.town, serial),
        territory=entry.territory,
        profile=entry.profile,
        mode=INITIAL_MODE,
        operator=custody(entry.territory, reason=reason).operator,
        registered_on=entry.registered_on,
        covered_from=entry.covered_from,
    )
    since = entry.covered_from
    return Registered(
        estate=estate,
        modes=first_mode(spell_id=mode_id, covered_from=since, reason=reason),
        operators=first_custody(
            spell_id=assignment_id, territory=entry.territory, covered_from=since, reason=reason
        ),
    )
