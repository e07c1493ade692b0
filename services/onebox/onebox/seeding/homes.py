"""The estates of a seeded province, as its cases know them: where, whose, since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from random import Random
from typing import Final
from uuid import UUID

from stdnum.cn import uscc

from onebox.seeding.province import Province, id_at
from onebox.seeding.towns import towns
from shared.kernel import make_estate_code

__all__ = ["Home", "homes"]

_KINDS: Final = ("company", "self_rule", "custody", "interim")
_WEIGHTS: Final = (45, 15, 35, 5)
_COMPANIES: Final = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """What the cases need to know of an estate."""

    id: UUID
    number: int
    code: str
    territory: str
    org: str | None
    kind: str
    registered_on: date
    covered_from: date
    changed_on: date | None


@lru_cache(maxsize=1)
def _orgs() -> Sequence[str]:
    bodies = (f"91610700MA6{number:06d}" for number in range(_COMPANIES))
    return [f"{body[:17]}{uscc.calc_check_digit(body[:17])}" for body in (f"{one:0<17}" for one in bodies)]


@lru_cache(maxsize=1)
def homes(province: Province) -> Sequence[Home]:
    """Return every estate, by its number; made once in a process."""
    return [
        _home(province, number, dice)
        for chunk in province.estate_chunks()
        for dice in [province.dice_of("homes", chunk.start)]
        for number in chunk
    ]


def _home(province: Province, number: int, dice: Random) -> Home:
    places = towns(province.estates)
    serial, place = divmod(number, len(places))
    town = places[place]
    registered = province.first_moment.date() - timedelta(days=1 + dice.randrange(365))
    kind = dice.choices(_KINDS, _WEIGHTS)[0]
    covered = date(registered.year - 1, 1, 1)
    changed = None if kind == "custody" else covered + timedelta(days=1 + dice.randrange(300))
    return Home(
        id=id_at(datetime.combine(registered, time(1), tzinfo=UTC), dice),
        number=number,
        code=make_estate_code(town.code, serial + 1),
        territory=dice.choice(town.communities or [town.code]),
        org=dice.choice(_orgs()) if kind == "company" else None,
        kind=kind,
        registered_on=registered,
        covered_from=covered,
        changed_on=changed,
    )
