"""A district in small: one estate, its company, and people for every desk."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final
from uuid import UUID

import httpx

from shared.contracts import Event
from shared.contracts.credit_rating import CompanyEntered, CreditGradeChanged, Grade
from shared.contracts.estate_registry import EstateRegistered, OperatorAssigned
from shared.identity import Role
from shared.kernel import new_id
from shared.storage import Database
from shared.testing import SettableClock, as_role, deliver
from subsidy_ledger.main import SERVICE

ORG: Final = "91610703MA6YQ1234X"
COMPANY: Final = "南郑安居物业有限公司"
COMMUNITY: Final = "610703001001"
AREA: Final = 1_234_567  # 12,345.67 m²
OTHER_ORG: Final = "91610703MA6YQ9999X"
API: Final = "/api/subsidy-ledger"
# Who sits at which desk: the role, and how far it reaches.
DESKS: Final[Mapping[str, tuple[Role, str]]] = {
    "manager": (Role.PROJECT_MANAGER, "610703"),
    "community": (Role.COMMUNITY_WORKER, COMMUNITY),
    "town": (Role.TOWN_OFFICER, COMMUNITY[:9]),
    "authority": (Role.AUTHORITY_OFFICER, "610703"),
    "publisher": (Role.AUTHORITY_OFFICER, "610703"),
    "finance": (Role.FINANCE_OFFICER, "610703"),
    "accountant": (Role.FINANCE_OFFICER, "610703"),
    "cashier": (Role.FINANCE_OFFICER, "610703"),
    "corrector": (Role.FINANCE_OFFICER, "610703"),
    "leader": (Role.AUTHORITY_LEADER, "610703"),
    "district": (Role.DISTRICT_LEADER, "610703"),
    "auditor": (Role.AUDITOR, "610703"),
}
OPINION: Final = {"opinion": "情况属实"}
# The chain of 6.2 after submission: desk, path, body.
CHAIN: Final[tuple[tuple[str, str, Mapping[str, object] | None], ...]] = (
    ("community", "check", OPINION),
    ("town", "first-review", OPINION),
    ("authority", "second-review", OPINION),
    ("finance", "money-review", {**OPINION, "control_no": "NC-7"}),
    ("publisher", "publicity", None),
    ("publisher", "publicity/end", OPINION),
    ("leader", "approval", {**OPINION, "approval_no": "AP-1"}),
    ("accountant", "accrual", None),
    ("cashier", "payment", {"receipt_no": "BANK-1"}),
)


def problem(response: httpx.Response) -> tuple[int, str]:
    """Return status and type of a refusal."""
    return response.status_code, str(response.json()["type"]).removeprefix("/api/problems/")


@dataclass
class District:
    """Delivers facts, and lets people act by their desk."""

    client: httpx.AsyncClient
    database: Database
    clock: SettableClock
    estate_id: UUID = field(default_factory=new_id)

    async def hears(self, event: Event, *, times: int = 1, event_id: UUID | None = None) -> UUID:
        return await deliver(SERVICE, self.database, event, now=self.clock(), times=times, event_id=event_id)

    def headers(self, desk: str, **more: str) -> dict[str, str]:
        role, territory = DESKS[desk]
        org = ORG if role is Role.PROJECT_MANAGER else None
        return as_role(role, territory, person=desk, org=org) | more

    async def get(self, path: str, *, desk: str = "auditor", **params: str) -> httpx.Response:
        return await self.client.get(f"{API}{path}", params=params, headers=self.headers(desk))

    async def post(
        self, desk: str, path: str, body: Mapping[str, object] | None = None, **headers: str
    ) -> httpx.Response:
        return await self.client.post(f"{API}{path}", json=body, headers=self.headers(desk, **headers))

    async def put(self, desk: str, path: str, body: Mapping[str, object]) -> httpx.Response:
        return await self.client.put(f"{API}{path}", json=body, headers=self.headers(desk))

    async def register(self, *, area: int = AREA, estate_id: UUID | None = None) -> EstateRegistered:
        event = EstateRegistered(
            estate_id=estate_id or self.estate_id,
            code="610703001-0001",
            estate_name="汉山小区",
            territory=COMMUNITY,
            year_built=1996,
            area_m2x100=area,
            households=180,
            buildings=6,
            three_no=True,
            registered_on=date(2025, 1, 2),
        )
        await self.hears(event)
        return event

    async def assign(
        self, start: date = date(2025, 3, 15), end: date | None = None, org: str = ORG
    ) -> OperatorAssigned:
        event = OperatorAssigned(
            estate_id=self.estate_id,
            assignment_id=new_id(),
            kind="company",
            org=org,
            custodian=None,
            contract_id=None,
            start=start,
            end=end,
        )
        await self.hears(event)
        return event

    async def enter(self, org: str = ORG) -> None:
        event = CompanyEntered(org=org, company_name=COMPANY, territory="610703", warnings=[])
        await self.hears(event)

    async def grade(self, grade: Grade, on: date = date(2026, 1, 5), *, event_id: UUID | None = None) -> UUID:
        event = CreditGradeChanged(
            org=ORG,
            score_tenths=870,
            old_grade=None,
            new_grade=grade,
            rated=True,
            scheme="NZ-DEFAULT-1",
            effective_on=on,
        )
        return await self.hears(event, event_id=event_id)

    async def settle(self, *, area: int = AREA) -> None:
        """Let everything be known that a claim needs."""
        await self.register(area=area)
        await self.assign()
        await self.enter()
        await self.grade("AAA")

    async def budget(self, fen: int = 100_000_000, **changes: object) -> dict[str, Any]:
        body = {
            "programme": "P02",
            "year": 2026,
            "territory": "610703",
            "approved_fen": fen,
            "document_no": "南财预2026年1号",
        }
        response = await self.post("finance", "/budgets", body | changes)
        assert response.status_code == 201, response.text
        found: dict[str, Any] = response.json()
        return found

    def form(self, **changes: object) -> dict[str, object]:
        return {
            "programme": "P02",
            "estate_id": str(self.estate_id),
            "payee": ORG,
            "first_month": "2025-12",
            "last_month": "2026-02",
            "account_holder": COMPANY,
            "bank_account": "6222 0210 0112 3456 789",
        } | changes

    async def draft(self, by: str = "manager", /, **changes: object) -> dict[str, Any]:
        response = await self.post(by, "/claims", self.form(**changes))
        assert response.status_code == 201, response.text
        found: dict[str, Any] = response.json()
        return found

    async def submitted(self, **changes: object) -> dict[str, Any]:
        claim = await self.draft(**changes)
        response = await self.post("manager", f"/claims/{claim['id']}/submission")
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def claim_after(self, last: str, **changes: object) -> dict[str, Any]:
        """Take a claim through the chain up to and with a step."""
        claim = await self.submitted(**changes)
        for desk, path, body in CHAIN:
            response = await self.post(desk, f"/claims/{claim['id']}/{path}", body)
            assert response.status_code == 200, (path, response.text)
            claim = response.json()
            if path == last:
                break
        return claim

    async def claim(self, claim_id: str, *, desk: str = "auditor") -> dict[str, Any]:
        response = await self.get(f"/claims/{claim_id}", desk=desk)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def quota(self, budget_id: str) -> dict[str, int]:
        found = (await self.get(f"/budgets/{budget_id}")).json()
        parts = ("approved", "available", "committed", "accrued", "spent")
        return {part: found[f"{part}_fen"] for part in parts}

    async def trial(self, month: str = "2026-03") -> dict[str, Any]:
        response = await self.get("/books/trial-balance", ledger="610703", month=month)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found
