"""The cases of a seeded province: most ended, the latest under way, each with what its state needs."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from random import Random
from typing import Final
from uuid import UUID

from onebox.seeding.case import TERM, WORKDAYS, Case, facts_of
from onebox.seeding.homes import homes
from onebox.seeding.province import Province, id_at, line
from onebox.seeding.tables import CASE_TABLES
from shared.kernel import local_date
from shared.privacy import platform_sealer

__all__ = ["Chunk", "case_lines"]

# Who complained is kept apart and for a time only (Y-07); the journal's older months are in the archive.
KEPT: Final = timedelta(days=365)
# Younger cases may still be open.
UNDER_WAY: Final = timedelta(days=8)
_HOURS: Final = timedelta(hours=6)
_DAY: Final = timedelta(days=1)
_PHONES: Final = 20_000
_ANONYMOUS: Final = 0.3
_LEAVES: Final = ("FEE-01", "FEE-02", "FEE-03", "FEE-04")
_CHANNELS: Final = ("hotline_12345", "community_window", "mobile_app", "grid_worker", "city_platform")
_ENDED: Final = (("closed", 92), ("resolved", 2), ("rejected", 3), ("merged", 3))
_FRESH: Final = (("handling", 97), ("rejected", 3))
_NOW: Final = (("received", 1),)
_TODAY: Final = (("received", 40), ("accepted", 30), ("assigned", 30))
_TEXTS: Final = (
    "物业费收费标准与合同约定不一致，请核查并公示收费依据。",
    "电梯经常停运，报修多次仍未解决，老人出行困难。",
    "楼道堆放杂物，消防通道被占用，存在安全隐患。",
    "小区路灯损坏一月有余，夜间无照明，请尽快维修。",
)


@dataclass(slots=True)
class Chunk:
    """The lines of some cases for each table, and how many numbers each town gave in each year."""

    lines: dict[str, list[str]] = field(default_factory=lambda: {table: [] for table in CASE_TABLES})
    serials: Counter[tuple[str, int]] = field(default_factory=Counter)

    def put(self, table: str, *values: object) -> None:
        """Add a line to a table of dispute-mediation."""
        self.lines[f"dispute_mediation.{table}"].append(line(*values))


def case_lines(province: Province, chunk: range, *, taken: Mapping[tuple[str, int], int]) -> Chunk:
    """Return the lines of some cases; `taken` is the last number each town gave in each year before."""
    dice = province.dice_of("cases", chunk.start)
    made = Chunk(serials=Counter(taken))
    master: UUID | None = None
    for number in chunk:
        case = _case(province, number, dice, master)
        _put(made, province, case, dice)
        master = case.id if case.state == "closed" else master
    return made


def _case(province: Province, number: int, dice: Random, master: UUID | None) -> Case:
    at = province.received_at(number)
    home = dice.choice(homes(province))
    state = _state(province.now - at, dice, master=master)
    return Case(
        id=id_at(at, dice),
        home=home,
        state=state,
        leaf=dice.choice(_LEAVES),
        channel=dice.choice(_CHANNELS),
        at=at,
        host=f"{home.territory}:community" if len(home.territory) == 12 else f"{home.territory}:town",  # noqa: PLR2004
        master=master if state == "merged" else None,
    )


def _state(age: timedelta, dice: Random, *, master: UUID | None) -> str:
    ages = ((_HOURS, _NOW), (_DAY, _TODAY), (UNDER_WAY, _FRESH))
    table = next((table for most, table in ages if age < most), _ENDED)
    states, weights = zip(*table, strict=True)
    state = str(dice.choices(states, weights)[0])
    return "closed" if state == "merged" and master is None else state


def _put(made: Chunk, province: Province, case: Case, dice: Random) -> None:
    phone = None if dice.random() < _ANONYMOUS else dice.randrange(_PHONES)
    facts = facts_of(case, case_no=_put_case(made, case, phone))
    made.put("case_statements", case.id, dice.choice(_TEXTS), "[]")
    made.put("case_links", case.id, "person:seed")
    if case.accepted:
        made.put("case_links", case.id, f"unit:{case.host}")
    if case.home.org:
        made.put("case_links", case.id, f"org:{case.home.org}")
    for hours, step in _steps(case):
        moment = case.at + timedelta(hours=hours)
        made.put("case_steps", id_at(moment, dice), case.id, moment, step, "seed", "R09", case.host)
    if case.resolved:
        _put_result(made, case)
    if province.now - case.at < KEPT:
        _put_recent(made, case, facts, phone, dice)
    made.put("subject_heads", case.id, len(facts))
    _put_task(made, case, dice)


def _put_case(made: Chunk, case: Case, phone: int | None) -> str:
    home, day = case.home, local_date(case.at)
    place = (home.code[:9], day.year)
    made.serials[place] += 1
    case_no = f"{place[0]}-{place[1]}-{made.serials[place]:05d}"
    accepted = case.at + timedelta(hours=2) if case.accepted else None
    due = accepted + TERM if accepted else None
    host = case.host if accepted else None
    level = None if host is None else "community" if host.endswith("community") else "town"
    closed = case.at + timedelta(days=WORKDAYS + 1) if case.state == "closed" else None
    version = {"received": 1, "accepted": 2, "assigned": 3, "handling": 4, "resolved": 5, "closed": 6}
    made.put(
        "cases",
        *(case.id, case_no, version.get(case.state, 2)),
        *(home.territory, case.state, case.channel, "complaint", case.leaf, "normal", home.id, home.code),
        *(
            True,
            home.org,
            None if phone is None else _mark(phone),
            phone is None,
            False,
            "seed",
            case.at,
            day,
        ),
        *(host, "{}", level, "seed" if case.resolved or case.state == "handling" else None, 0),
        *(case.at + _DAY, accepted, accepted, due, False, 0),
        *("no_substance" if case.state == "rejected" else None, case.master, 0, False, 0, 0, closed),
    )
    return case_no


def _steps(case: Case) -> list[tuple[int, str]]:
    steps = [(3, "assigned"), (5, "signed"), (24 * (WORKDAYS + 1), "closed")]
    wanted = {"assigned": 1, "handling": 2, "resolved": 2, "closed": 3}
    return steps[: wanted.get(case.state, 0)]


def _put_result(made: Chunk, case: Case) -> None:
    moment = case.at + timedelta(days=WORKDAYS)
    made.put(
        "resolutions",
        *(
            case.id,
            0,
            "solved",
            "none",
            "已整改到位，并向诉求人反馈。",
            "[]",
            f"{case.id.int:064x}",
            WORKDAYS,
        ),
        *("seed", moment),
    )


def _put_recent(
    made: Chunk,
    case: Case,
    facts: list[tuple[datetime, str, dict[str, object]]],
    phone: int | None,
    dice: Random,
) -> None:
    if phone is not None:
        sealed = platform_sealer().seal(_phone(phone), context=f"complaints.person_phone/{case.id}")
        made.put("case_persons", case.id, None, sealed)
    for version, (moment, name, rest) in enumerate(facts, start=1):
        data = {"case_id": str(case.id), "estate_id": str(case.home.id), **rest}
        made.put(
            "journal",
            *(moment, id_at(moment, dice), f"nz.dispute-mediation.{name}.v1", case.id, version),
            *(case.home.territory, "seed", "R09", 0, json.dumps(data, ensure_ascii=False)),
        )


def _put_task(made: Chunk, case: Case, dice: Random) -> None:
    """Put the next look at an open case on the calendar."""
    kind, moment, data = {
        "received": ("complaint.dispatch", case.at + 2 * _DAY, "{}"),
        "accepted": ("complaint.dispatch", case.at + 2 * _DAY, "{}"),
        "assigned": ("complaint.signature", case.at + 2 * _DAY, "{}"),
        "handling": ("complaint.result", case.at + TERM, '{"stage": "warning_80"}'),
    }.get(case.state, (None, case.at, ""))
    if kind is not None:
        made.put("due_tasks", id_at(case.at, dice), kind, case.id, moment, data)


def _phone(number: int) -> str:
    return f"139{number:08d}"


@lru_cache(maxsize=_PHONES)
def _mark(number: int | None) -> str | None:
    if number is None:
        return None
    return platform_sealer().blind_index(_phone(number), context="complaints.person_phone")
