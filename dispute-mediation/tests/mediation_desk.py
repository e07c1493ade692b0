"""A desk that drives the service by HTTP, the people at it, and what other contexts have to tell."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

import httpx

from dispute_mediation.main import SERVICE
from shared.contracts import Event
from shared.contracts.estate_registry import EstateRegistered, OperatorAssigned
from shared.contracts.exchange import ExternalOrderImported
from shared.identity import Role
from shared.kernel import make_estate_code, new_id
from shared.storage import Database
from shared.testing import SettableClock, as_role, recorded_events, run_due_tasks

URL: Final = "/api/dispute-mediation"
COMMUNITY: Final = "610703001001"
ESTATE: Final = UUID("01900000-0000-7000-8000-000000000001")
ESTATE_CODE: Final = make_estate_code("610703001", 42)
ORG: Final = "91610703MA6YW8X13N"
OTHER_ORG: Final = "91610703MA6YT3K7X1"
TOWN_UNIT: Final = "610703001:town"
TABLES: Final = (
    "cases",
    "meetings",
    "items",
    "resolutions",
    "callbacks",
    "case_steps",
    "due_tasks",
    "journal",
)

Headers = Mapping[str, str]
Json = dict[str, Any]
Hear = Callable[..., Awaitable[None]]


class Staff:
    """Who acts in the tests, each a person of their own."""

    town = as_role(Role.TOWN_OFFICER, "610703001", person="zhao", unit=TOWN_UNIT)
    town_colleague = as_role(Role.TOWN_OFFICER, "610703001", person="qian", unit=TOWN_UNIT)
    community = as_role(Role.COMMUNITY_WORKER, COMMUNITY, person="sun", unit=f"{COMMUNITY}:community")
    authority = as_role(Role.AUTHORITY_OFFICER, person="li", unit="610703:authority")
    leader = as_role(Role.TOWN_LEADER, "610703001", person="chair", unit=TOWN_UNIT)
    hotline = as_role(Role.HOTLINE_LIAISON, person="zhou")
    fire = as_role(Role.DEPARTMENT_HANDLER, person="wu", unit="610703:fire")
    police = as_role(Role.DEPARTMENT_HANDLER, person="he", unit="610703:police")
    company = as_role(Role.PROJECT_MANAGER, person="zheng", org=ORG)
    other_company = as_role(Role.PROJECT_MANAGER, person="wang", org=OTHER_ORG)
    owner = as_role(Role.OWNER, COMMUNITY, person="owner")
    neighbour = as_role(Role.OWNER, COMMUNITY, person="neighbour")
    supervisor = as_role(Role.SUPERVISOR, person="feng")
    elsewhere = as_role(Role.TOWN_OFFICER, "610703102", person="chen", unit="610703102:town")


@dataclass(frozen=True)
class Desk:
    """Drives the service by HTTP and reads what it recorded."""

    client: httpx.AsyncClient
    database: Database
    clock: SettableClock

    async def post(self, path: str, by: Headers, body: Json | None = None) -> httpx.Response:
        """Send something in."""
        return await self.client.post(f"{URL}{path}", headers=dict(by), json=body)

    async def done(self, path: str, by: Headers, **body: object) -> Json:
        """Send something in that must be accepted, and return the answer."""
        response = await self.post(path, by, body or None)
        assert response.status_code in {200, 201}, response.text
        return dict(response.json())

    async def refused(self, path: str, by: Headers, **body: object) -> tuple[int, str]:
        """Send something in that must be refused and change nothing; return status and type."""
        before = await self.rows()
        response = await self.post(path, by, body or None)
        assert await self.rows() == before, "a refusal changes nothing"
        return response.status_code, response.json()["type"].removeprefix("/api/problems/")

    async def rows(self) -> list[Json]:
        """Return every row that a command could have touched."""
        async with self.database.pool.acquire() as connection:
            return [
                {"table": table, **dict(row)}
                for table in TABLES
                for row in await connection.fetch(f"SELECT * FROM {table} ORDER BY 1, 2")  # noqa: S608 - our own names
            ]

    async def row(self, table: str, key: str, value: object) -> Json:
        """Return a row as it is stored; empty when there is none."""
        async with self.database.pool.acquire() as connection:
            row = await connection.fetchrow(f"SELECT * FROM {table} WHERE {key} = $1", value)  # noqa: S608 - our own names
        return dict(row) if row else {}

    async def case(self, case_id: str) -> Json:
        """Return a case as it is stored."""
        return await self.row("cases", "id", UUID(case_id))

    async def see(self, path: str, by: Headers, **query: str | int | bool) -> httpx.Response:
        """Look at something."""
        return await self.client.get(f"{URL}{path}", headers=dict(by), params=query)

    async def shown(self, path: str, by: Headers, **query: str | int | bool) -> Any:  # noqa: ANN401 - JSON
        """Look at something that must be there."""
        response = await self.see(path, by, **query)
        assert response.status_code == 200, response.text
        return response.json()

    async def events(self) -> list[Event]:
        """Return the facts recorded, in order."""
        return await recorded_events(self.database)

    async def facts(self) -> list[str]:
        """Return the names of the facts recorded, in order."""
        return [type(event).__name__ for event in await self.events()]

    async def let_pass(self, step: timedelta) -> int:
        """Let time pass, and do what is due then."""
        self.clock.advance(step)
        return await run_due_tasks(SERVICE, self.database, self.clock)

    async def file(self, by: Headers = Staff.community, **changed: Any) -> Json:  # noqa: ANN401 - JSON
        """File a complaint about the cleaning of the estate; None leaves a field out."""
        body = {
            "channel": "community_window",
            "leaf": "SRV-01",
            "text": "垃圾四天没人清运，请联系我 13812341234。",
            "estate_id": str(ESTATE),
            "person_name": "王小明",
            "person_phone": "138 1234 1234",
            **changed,
        }
        return await self.done("/complaints", by, **{k: v for k, v in body.items() if v is not None})

    async def accepted(self, **changed: Any) -> str:  # noqa: ANN401 - JSON
        """File a case and take it up."""
        case_id = str((await self.file(**changed))["id"])
        await self.done(f"/complaints/{case_id}/acceptance", Staff.town, leaf=changed.get("leaf", "SRV-01"))
        return case_id

    async def assigned(self, **changed: Any) -> str:  # noqa: ANN401 - JSON
        """File a case and hand it to its host unit."""
        case_id = await self.accepted(**changed)
        await self.done(f"/complaints/{case_id}/assignment", Staff.town, is_complex=False)
        return case_id

    async def handled(self, **changed: Any) -> str:  # noqa: ANN401 - JSON
        """File a case and bring it into the hands of the town."""
        case_id = await self.assigned(**changed)
        await self.done(f"/complaints/{case_id}/signature", Staff.town)
        return case_id

    async def resolved(self, **changed: Any) -> str:  # noqa: ANN401 - JSON
        """File a case and bring it to a result for which the company is liable."""
        case_id = await self.handled(**changed)
        await self.done(
            f"/complaints/{case_id}/resolution",
            Staff.town,
            result="solved",
            liability="company",
            degree="main",
            reply="已督促物业企业当日清运，来电人 13812341234 已知悉。",
        )
        return case_id

    def call(self, *case_ids: str, **changed: object) -> Json:
        """Return the call to an emergency meeting that begins now; notice went out by telephone."""
        return {
            "level": "town",
            "kind": "emergency",
            "chair": "chair",
            "place": "汉山街道办三楼会议室",
            "case_ids": list(case_ids),
            "units": ["610703:fire", "610703:police"],
            "parties": [ORG],
            "noticed_at": (self.clock.now - timedelta(hours=2)).isoformat(),
            "starts_at": self.clock.now.isoformat(),
            **changed,
        }

    async def convened(self, *case_ids: str, **changed: object) -> str:
        """Convene a joint meeting."""
        meeting = await self.done("/meetings", Staff.town, **self.call(*case_ids, **changed))
        return str(meeting["id"])

    async def held(self, *case_ids: str) -> str:
        """Convene a joint meeting and call the roll: all are there."""
        meeting_id = await self.convened(*case_ids)
        await self.done(
            f"/meetings/{meeting_id}/attendance",
            Staff.town,
            chair_present=True,
            present=[TOWN_UNIT, "610703:fire", "610703:police", ORG],
        )
        return meeting_id

    def duty(self, *, meeting_id: str, case_id: str, **changed: object) -> Json:
        """Return a duty of the fire brigade."""
        body = {
            "meeting_id": meeting_id,
            "case_id": case_id,
            "text": "三日内清理三号楼消防通道",
            "deliverable": "清理前后照片",
            "check_person": "qian",
            "unit": "610703:fire",
            **changed,
        }
        return {name: value for name, value in body.items() if value is not None}


def estate_registered() -> EstateRegistered:
    """Return the fact that the estate entered the register."""
    return EstateRegistered(
        estate_id=ESTATE,
        code=ESTATE_CODE,
        estate_name="汉山小区",
        territory=COMMUNITY,
        year_built=1994,
        area_m2x100=1_250_000,
        households=180,
        buildings=6,
        three_no=True,
        registered_on=date(2026, 1, 5),
    )


def operator_assigned(*, org: str = ORG, start: date = date(2026, 1, 10)) -> OperatorAssigned:
    """Return the fact that a company answers for the estate from a day on."""
    return OperatorAssigned(
        estate_id=ESTATE,
        assignment_id=new_id(),
        kind="company",
        org=org,
        custodian=None,
        contract_id=None,
        start=start,
        end=None,
    )


def order_imported(clock: SettableClock, **changed: object) -> ExternalOrderImported:
    """Return the fact that a 12345 order about the estate arrived."""
    facts: Json = {
        "order_id": new_id(),
        "order_no": "HZ20260302001",
        "kind": "complaint",
        "leaf": "SRV-01",
        "title": "垃圾无人清运",
        "content": "三号楼门口垃圾堆放四天。",
        "place": "汉山小区三号楼",
        "territory": "610703001",
        "estate_code": ESTATE_CODE,
        "urgency": "normal",
        "secret": False,
        "caller_mark": "c0ffee",
        "received_at": clock.now,
        "sign_due": None,
        "handle_due": None,
    }
    return ExternalOrderImported(**{**facts, **changed})
