"""Cases from complaint to result over HTTP, and searches: with few cases present, and with millions."""

import asyncio
import itertools
import random
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median

from dispute_mediation.main import SERVICE
from onebox.seeding import Province, seed_province
from shared.identity import Role
from shared.kernel import local_date, system_clock
from shared.storage import administrator
from tests.bench.arrivals import Latencies, arriving
from tests.bench.figures import Figure
from tests.bench.ground import Ground, disk_folder
from tests.bench.wire import Wire

FIGURES = ("case-lifecycle", "case-lifecycle-at-1m", "search-p99-ms-at-1m", "searches-at-once-at-1m")
LONG_FIGURES = ("case-lifecycle-at-10m", "search-p99-ms-at-10m", "searches-at-once-at-10m")
COMPLAINTS = f"/api/{SERVICE.name}/complaints"
# Both cores are used: one process of Python uses one.
PROCESSES = 2
CLERKS = 16
SECONDS = 10
TURNS = 3
SEARCHES_A_SECOND = 100
SEARCH_SECONDS = 20
LIFECYCLES_A_SECOND = 150
FEW = 1_000
LEAF = "FEE-02"


async def measure() -> Sequence[Figure]:
    """Measure with few cases and with a million."""
    few = await _lifecycles(FEW)
    return [
        Figure(name="case-lifecycle", value=few, unit="1/s", goal=LIFECYCLES_A_SECOND),
        *await _among(1_000_000, "1m", few=few),
    ]


async def measure_long() -> Sequence[Figure]:
    """Measure with ten million cases."""
    few = await _lifecycles(FEW)
    return await _among(10_000_000, "10m", few=few)


async def _among(cases: int, told: str, *, few: float) -> list[Figure]:
    many, searched = await _lifecycles_and_searches(cases)
    return [
        Figure(name=f"case-lifecycle-at-{told}", value=many, unit="1/s", limit=few, goal=0.9),
        Figure(name=f"search-p99-ms-at-{told}", value=searched.ms(0.99), unit="ms", goal=50),
        Figure(name=f"searches-at-once-at-{told}", value=searched.most_at_once, unit="most"),
    ]


def province_of(cases: int) -> Province:
    """Return a province of which so many cases are plausible."""
    return Province(
        estates=min(max(cases // 45, 2_200), 220_000),
        households=min(max(cases * 2 // 5, 40_000), 4_000_000),
        cases=cases,
        years=10,
        today=local_date(system_clock()),
    )


async def _lifecycles(cases: int) -> float:
    async with Ground.laid(disk_folder(f"province-{cases}", keep=True)) as ground:
        await seed_province(ground.cluster.admin_dsn, province=province_of(cases), say=_quiet)
        async with ground.serving(SERVICE.name, processes=PROCESSES) as ports:
            return await _rate(await Office.opened(ground, ports))


async def _lifecycles_and_searches(cases: int) -> tuple[float, Latencies]:
    async with Ground.laid(disk_folder(f"province-{cases}", keep=True)) as ground:
        await seed_province(ground.cluster.admin_dsn, province=province_of(cases), say=_quiet)
        async with ground.serving(SERVICE.name, processes=PROCESSES) as ports:
            office = await Office.opened(ground, ports)
            rate = await _rate(office)
            searched = await arriving(office.search, per_second=SEARCHES_A_SECOND, seconds=SEARCH_SECONDS)
            return rate, searched


def _quiet(_told: str) -> None:
    """Say nothing of the seeding's progress."""


@dataclass(frozen=True, kw_only=True)
class Clerk:
    """A town officer who takes a case from complaint to result."""

    token: str
    unit: str
    estates: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class Office:
    """Officers of as many towns as there are clerks, and the way to the service."""

    wire: Wire
    clerks: Sequence[Clerk]
    district: str
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(time.time_ns() % 10**7))

    @classmethod
    async def opened(cls, ground: Ground, ports: list[int]) -> "Office":
        async with administrator(ground.cluster.admin_dsn) as connection:
            rows = await connection.fetch(
                "SELECT left(code, 9) AS town, array_agg(estate_id::text) AS estates "
                "FROM dispute_mediation.known_estates WHERE territory LIKE '610703%' "
                "GROUP BY 1 ORDER BY 1 LIMIT $1",
                CLERKS,
            )
        clerks = [_clerk(ground, row["town"], row["estates"]) for row in rows]
        district = ground.token(Role.AUTHORITY_OFFICER, "610703", person="bench-authority")
        return cls(wire=Wire(ports), clerks=clerks, district=district)

    async def lifecycle(self, clerk: Clerk) -> None:
        """Take in a complaint, accept, assign, sign and resolve it, then look it up in the town's list."""
        case = await self.wire.ask("POST", COMPLAINTS, clerk.token, self._complaint(clerk))
        path = f"{COMPLAINTS}/{case['id']}"
        for step, body in (
            ("acceptance", {"host_unit": clerk.unit}),
            ("assignment", {"assist_units": []}),
            ("signature", None),
            ("resolution", {"result": "solved", "liability": "none", "reply": "已办结。"}),
        ):
            await self.wire.ask("POST", f"{path}/{step}", clerk.token, body)
        found = await self.wire.ask("GET", f"{COMPLAINTS}?state=resolved&limit=20", clerk.token)
        assert found["items"], "The case that was resolved is found."

    def _complaint(self, clerk: Clerk) -> dict[str, object]:
        number = next(self.numbers)
        return {
            "channel": "community_window",
            "leaf": LEAF,
            "text": "物业费收费标准与合同约定不一致，请核查。",
            "estate_id": clerk.estates[number % len(clerk.estates)],
            "person_phone": f"139{number % 10**8:08d}",
        }

    async def search(self, number: int) -> None:
        """Ask for a list as a screen does, each time for another."""
        clerk = self.clerks[number % len(self.clerks)]
        estate = clerk.estates[number % len(clerk.estates)]
        query, token = (
            ("limit=50", clerk.token),
            ("state=handling&limit=50", self.district),
            (f"leaf={LEAF}&limit=50", self.district),
            (f"estate_id={estate}&limit=50", clerk.token),
            (f"territory={clerk.unit[:9]}&state=closed&limit=50", self.district),
            (f"host_unit={clerk.unit}&limit=50", self.district),
            ("overdue=true&limit=50", clerk.token),
            ("channel=mobile_app&limit=50", clerk.token),
        )[number % 8]
        await self.wire.ask("GET", f"{COMPLAINTS}?{query}", token)


def _clerk(ground: Ground, town: str, estates: Sequence[str]) -> Clerk:
    unit = f"{town}:town"
    token = ground.token(Role.TOWN_OFFICER, town, person=f"bench-{town}", unit=unit)
    return Clerk(token=token, unit=unit, estates=random.Random(town).sample(estates, len(estates)))  # noqa: S311


async def _rate(office: Office) -> float:
    """Return the lifecycles a second of all clerks at once; the median of some turns."""
    await _turn(office, seconds=2)
    return round(median([await _turn(office, seconds=SECONDS) for _ in range(TURNS)]), 1)


async def _turn(office: Office, *, seconds: float) -> float:
    end = time.monotonic() + seconds
    started = time.monotonic()

    async def work_on(clerk: Clerk) -> int:
        done = 0
        while time.monotonic() < end:
            await office.lifecycle(clerk)
            done += 1
        return done

    done = await asyncio.gather(*(work_on(clerk) for clerk in office.clerks))
    return sum(done) / (time.monotonic() - started)
