"""What the tests of exchange share: departments with keys and grants, orders, facts as the bus brings them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final

import httpx
import pytest

from exchange.main import SERVICE
from shared.identity import Role
from shared.service import Service
from shared.testing import as_role

API: Final = "/api/exchange"
ADMIN: Final = as_role(Role.EXCHANGE_ADMIN)
LIAISON: Final = as_role(Role.HOTLINE_LIAISON)
HOTLINE: Final = "1261070301600003XQ"
POLICE: Final = "116107030160000139"
TOWN: Final = "116107030160000214"
GRANT: Final = {"purpose": "工单办理", "legal_basis": "陕政办函〔2021〕131号"}
ORDER: Final = {
    "order_no": "NZ20260302-0001",
    "source_channel": "电话",
    "received_at": "2026-03-02T09:30:00+08:00",
    "caller_name": "张三",
    "caller_phone": "13812341234",
    "type": "complaint",
    "category_code": "城乡建设/住房保障与房地产/物业服务",
    "title": "电梯停运，联系电话13812341234",
    "content": "本人610703199001010019，3号楼电梯停了两天，请回电 138-1234-1234。",
    "place_text": "汉山小区3号楼2单元501",
    "territory_code": "610703001001",
    "status": "dispatched",
    "dispatch_at": "2026-03-02T10:00:00+08:00",
}


@pytest.fixture(scope="session")
def service() -> Service:
    return SERVICE


@dataclass(frozen=True)
class Office:
    """A department as the tests know it: its id, and the headers of its machine."""

    id: str
    code: str
    headers: dict[str, str]


Enter = Callable[..., Awaitable[Office]]


@pytest.fixture
def enter(client: httpx.AsyncClient) -> Enter:
    async def enter_department(
        code: str = HOTLINE, territory: str = "610703", grant: dict[str, Any] | None = None
    ) -> Office:
        body = {"code": code, "name": "南郑区部门", "territory": territory, "contact": "值班室 0916-5512345"}
        answer = await client.post(f"{API}/departments", json=body, headers=ADMIN)
        assert answer.status_code == 201, answer.text
        address = f"{API}/departments/{answer.json()['id']}"
        key = (await client.post(f"{address}/keys", headers=ADMIN)).json()
        if grant is not None:
            granted = await client.put(f"{address}/grants", json=GRANT | grant, headers=ADMIN)
            assert granted.status_code == 200, granted.text
        return Office(answer.json()["id"], code, {"authorization": key["authorization"]})

    return enter_department


@pytest.fixture
async def hotline(enter: Enter) -> Office:
    return await enter(grant={"sends": ["orders"]})


def problem_type(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).removeprefix("urn:gongzhi:problem:")
