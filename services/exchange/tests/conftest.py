"""What the tests of exchange share: the service, and departments with keys and grants."""

from typing import Any

import httpx
import pytest
from exchange_desk import ADMIN, API, GRANT, HOTLINE, NEW_KEY, SIGN_WITH, Enter, Office, key_of

from exchange.main import SERVICE
from shared.service import Service
from shared.testing import SettableClock


@pytest.fixture(scope="session")
def service() -> Service:
    """Return the service under test."""
    return SERVICE


@pytest.fixture
def enter(client: httpx.AsyncClient, clock: SettableClock) -> Enter:
    offices: dict[str, Office] = {}

    async def sign(request: httpx.Request) -> None:
        if (key_id := request.headers.pop(SIGN_WITH, None)) is not None:
            offices[key_id].key.sign(request)

    client.event_hooks["request"].append(sign)

    async def enter_department(
        code: str = HOTLINE, territory: str = "610703", grant: dict[str, Any] | None = None
    ) -> Office:
        body = {"code": code, "name": "南郑区部门", "territory": territory, "contact": "值班室 0916-5512345"}
        answer = await client.post(f"{API}/departments", json=body, headers=ADMIN)
        assert answer.status_code == 201, answer.text
        address = f"{API}/departments/{answer.json()['id']}"
        made = (await client.post(f"{address}/keys", json=NEW_KEY, headers=ADMIN)).json()
        key = key_of(made, clock=clock)
        if grant is not None:
            granted = await client.put(f"{address}/grants", json=GRANT | grant, headers=ADMIN)
            assert granted.status_code == 200, granted.text
        offices[key.key_id] = Office(answer.json()["id"], code, key)
        return offices[key.key_id]

    return enter_department


@pytest.fixture
async def hotline(enter: Enter) -> Office:
    return await enter(grant={"sends": ["orders"]})
