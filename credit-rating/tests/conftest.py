"""What the tests of credit-rating share: people with a role, and the way to a rated company."""

from datetime import date
from typing import Any

import httpx
import pytest
from credit_samples import API, ORG, Record, Standing, assigned

from credit_rating.main import SERVICE
from shared.identity import Role
from shared.service import Service
from shared.storage import Database
from shared.testing import SettableClock, as_role, deliver


@pytest.fixture(scope="session")
def service() -> Service:
    return SERVICE


@pytest.fixture
def officer() -> dict[str, str]:
    return as_role(Role.AUTHORITY_OFFICER, person="zhang", unit="610703:authority")


@pytest.fixture
def leader() -> dict[str, str]:
    return as_role(Role.AUTHORITY_LEADER, person="li", unit="610703:authority")


@pytest.fixture
def application() -> dict[str, Any]:
    return {
        "org": ORG,
        "company_name": "南郑安居物业服务有限公司",
        "registry_status": "existing",
        "business_scope": "物业服务；家政服务",
        "territory": "610703",
    }


@pytest.fixture
async def company(
    client: httpx.AsyncClient, officer: dict[str, str], application: dict[str, Any]
) -> dict[str, Any]:
    """Enter a company and return its view."""
    response = await client.post(f"{API}/companies", json=application, headers=officer)
    assert response.status_code == 201, response.text
    entered: dict[str, Any] = response.json()
    return entered


@pytest.fixture
def recorded(client: httpx.AsyncClient, officer: dict[str, str], company: dict[str, Any]) -> Record:
    """Return a way to record an item that waits for confirmation."""

    async def record(code: str, **more: object) -> dict[str, Any]:
        body = {"code": code, "evidence": "现场检查记录", **more}
        response = await client.post(f"{API}/companies/{company['org']}/items", json=body, headers=officer)
        assert response.status_code == 201, response.text
        item: dict[str, Any] = response.json()
        return item

    return record


@pytest.fixture
def effective(client: httpx.AsyncClient, leader: dict[str, str], recorded: Record) -> Record:
    """Return a way to record an item and have another person confirm it."""

    async def confirm(code: str, **more: object) -> dict[str, Any]:
        item = await recorded(code, **more)
        response = await client.post(f"{API}/items/{item['id']}/confirmation", headers=leader)
        assert response.status_code == 200, response.text
        confirmed: dict[str, Any] = response.json()
        return confirmed

    return confirm


@pytest.fixture
def standing(client: httpx.AsyncClient) -> Standing:
    """Return a way to ask where the company stands, as anybody may."""

    async def ask() -> tuple[int, str, bool]:
        view = (await client.get(f"{API}/companies/{ORG}")).json()
        return view["score_tenths"], view["grade"], view["rated"]

    return ask


@pytest.fixture
async def rated(company: dict[str, Any], database: Database, clock: SettableClock) -> dict[str, Any]:
    """Let the company have looked after an estate for long enough."""
    await deliver(SERVICE, database, assigned(date(2025, 6, 1)), now=clock())
    return company
