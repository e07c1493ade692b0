"""The estates of a seeded province: buildings, households, and who answered for each on each day."""

from datetime import UTC, date, datetime, time
from random import Random
from types import MappingProxyType
from typing import Final
from uuid import UUID

from estate_registry.naming.domain import grams, name_key
from estate_registry.operators.domain import custodian_of
from onebox.seeding.homes import Home, homes
from onebox.seeding.province import Province, id_at, line
from onebox.seeding.tables import ESTATE_TABLES
from shared.contracts.estate_registry import (
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
    ServiceModeChanged,
)
from shared.contracts.event import Event

__all__ = ["estate_lines"]

_REASON: Final = "登记入库"
_NAMES: Final = (
    "兴华",
    "幸福",
    "和平",
    "建设",
    "新民",
    "友谊",
    "光明",
    "朝阳",
    "文化",
    "汉江",
    "天台",
    "南湖",
)
_ENDINGS: Final = ("小区", "家属院", "花园", "新村", "家园", "苑")
_MODES: Final = MappingProxyType(
    {
        "company": "standard_property",
        "self_rule": "owner_self_rule",
        "custody": "community_management",
        "interim": "quasi_service",
    }
)
_HOUSEHOLDS_A_BUILDING: Final = 30
Lines = dict[str, list[str]]


def estate_lines(province: Province, chunk: range) -> Lines:
    """Return the lines of some estates for each table."""
    dice = province.dice_of("estates", chunk.start)
    lines: Lines = {table: [] for table in ESTATE_TABLES}
    for number in chunk:
        home = homes(province)[number]
        _put_estate(lines, province, home, dice)
        _put_spells(lines, home, dice)
    return lines


def _households(province: Province, number: int) -> int:
    before, after = (count * province.households // province.estates for count in (number, number + 1))
    return after - before


def _put_estate(lines: Lines, province: Province, home: Home, dice: Random) -> None:
    households = _households(province, home.number)
    blocks = max(1, -(-households // _HOUSEHOLDS_A_BUILDING))
    shares = [households * (n + 1) // blocks - households * n // blocks for n in range(blocks)]
    area = dice.randrange(6_000, 12_000)
    for no, share in enumerate(shares, start=1):
        lines["estate_registry.buildings"].append(line(home.id, f"{no}号楼", 6, 3, share, share * area))
    name = f"{dice.choice(_NAMES)}{dice.choice(_NAMES)}{dice.choice(_ENDINGS)}"
    address = f"{dice.choice(_NAMES)}路{home.code[10:14]}号"
    pieces = "{" + ",".join(grams(name_key(name))) + "}"
    built = dice.randrange(1975, 2006)
    area_all, three_no = households * area, home.kind == "interim"
    custodian = None if home.org else custodian_of(home.territory)
    version = 1 if home.changed_on is None else 3
    lines["estate_registry.estates"].append(
        line(
            *(home.id, home.code, home.territory, home.code[:9], name, name_key(name), pieces, address),
            *(name_key(address), built, area_all, blocks, households, three_no, _MODES[home.kind], home.kind),
            *(home.org, custodian, home.registered_on, home.covered_from, version),
        )
    )
    lines["dispute_mediation.known_estates"].append(line(home.id, home.code, name, home.territory, 0))
    registered = _registered(home, name, (built, area_all, households, blocks), three_no=three_no)
    _record(lines, home, 1, registered, home.registered_on, dice)


def _registered(home: Home, name: str, counts: tuple[int, int, int, int], *, three_no: bool) -> Event:
    built, area, households, blocks = counts
    return EstateRegistered(
        estate_id=home.id,
        code=home.code,
        estate_name=name,
        territory=home.territory,
        year_built=built,
        area_m2x100=area,
        households=households,
        buildings=blocks,
        three_no=three_no,
        registered_on=home.registered_on,
    )


def _put_spells(lines: Lines, home: Home, dice: Random) -> None:
    """Put the community's custody first and whoever came after it; no day is without either."""
    first, second = (id_at(datetime.combine(home.registered_on, time(1), tzinfo=UTC), dice) for _ in range(2))
    custodian = custodian_of(home.territory)
    facts: list[Event] = [
        ServiceModeChanged(
            estate_id=home.id,
            old_mode=None,
            new_mode="community_management",
            reason=_REASON,
            effective_from=home.covered_from,
        ),
        _assigned(home, first, "custody", None, custodian, home.covered_from),
    ]
    _spell(lines, home, first, "custody", None, custodian, (home.covered_from, home.changed_on), dice)
    if home.changed_on is not None:
        keeper = None if home.org else custodian
        _spell(lines, home, second, home.kind, home.org, keeper, (home.changed_on, None), dice)
        facts += _change(home, first, second, custodian)
    for version, fact in enumerate(facts, start=2):
        _record(lines, home, version, fact, home.registered_on, dice)
    lines["estate_registry.subject_heads"].append(line(home.id, len(facts) + 1))


def _change(home: Home, first: UUID, second: UUID, custodian: str) -> list[Event]:
    assert home.changed_on is not None  # noqa: S101 - asked by the caller; narrows the type
    return [
        OperatorVacated(
            estate_id=home.id,
            assignment_id=first,
            kind="custody",
            org=None,
            custodian=custodian,
            at=home.changed_on,
            reason=_REASON,
        ),
        _assigned(home, second, home.kind, home.org, None if home.org else custodian, home.changed_on),
        ServiceModeChanged.model_validate(
            {
                "estate_id": home.id,
                "old_mode": "community_management",
                "new_mode": _MODES[home.kind],
                "reason": _REASON,
                "effective_from": home.changed_on,
            }
        ),
    ]


def _assigned(
    home: Home, spell: UUID, kind: str, org: str | None, custodian: str | None, start: date
) -> Event:
    return OperatorAssigned.model_validate(
        {
            "estate_id": home.id,
            "assignment_id": spell,
            "kind": kind,
            "org": org,
            "custodian": custodian,
            "contract_id": None,
            "start": start,
            "end": None,
        }
    )


def _spell(
    lines: Lines,
    home: Home,
    spell: UUID,
    kind: str,
    org: str | None,
    custodian: str | None,
    period: tuple[date, date | None],
    dice: Random,
) -> None:
    start, end = period
    mode = id_at(datetime.combine(home.registered_on, time(1), tzinfo=UTC), dice)
    lines["estate_registry.operator_assignments"].append(
        line(spell, home.id, kind, org, custodian, start, end, _REASON)
    )
    lines["estate_registry.estate_modes"].append(line(mode, home.id, _MODES[kind], start, end, _REASON))
    lines["dispute_mediation.known_operators"].append(
        line(spell, home.id, org, custodian, kind, start, None, end)
    )


def _record(lines: Lines, home: Home, version: int, fact: Event, day: date, dice: Random) -> None:
    moment = datetime.combine(day, time(1), tzinfo=UTC)
    lines["estate_registry.journal"].append(
        line(
            *(moment, id_at(moment, dice), fact.name, home.id, version, home.territory, "seed", "R11", 0),
            fact.model_dump_json(),
        )
    )
