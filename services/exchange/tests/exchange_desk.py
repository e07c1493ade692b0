"""The vocabulary of the tests of exchange: roles, departments, an order, facts as the bus brings them."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from uuid import UUID

import httpx

from shared.contracts import Event
from shared.identity import Role, SignatureAlgorithm, SignedCalls
from shared.kernel import Clock, new_id
from shared.messaging import Delivery, Message, dataschema_of
from shared.testing import as_role
from shared.testing.clock import NOON

API: Final = "/api/exchange"
ADMIN: Final = as_role(Role.EXCHANGE_ADMIN)
LIAISON: Final = as_role(Role.HOTLINE_LIAISON)
HOTLINE: Final = "1261070301600003XQ"
POLICE: Final = "116107030160000139"
TOWN: Final = "116107030160000214"
# Never sent: the client of the tests takes it out and signs.
SIGN_WITH: Final = "sign-with"
NEW_KEY: Final = {"algorithm": "hmac-sha256"}
GRANT: Final = {"purpose": "工单办理", "legal_basis": "网络数据安全管理条例第十二条"}
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


@dataclass(frozen=True)
class Office:
    """A department as the tests know it: its id, and the key its machine signs with."""

    id: str
    code: str
    key: SignedCalls

    @property
    def headers(self) -> dict[str, str]:
        """Return what has the client of the tests sign a request with the department's key."""
        return {SIGN_WITH: self.key.key_id}


def key_of(made: dict[str, Any], *, clock: Clock) -> SignedCalls:
    """Return a key as it was shown to the department."""
    algorithm = SignatureAlgorithm(made["algorithm"])
    return SignedCalls(key_id=made["key_id"], secret=made["secret"], algorithm=algorithm, clock=clock)


Enter = Callable[..., Awaitable[Office]]


def problem_type(answer: httpx.Response) -> str:
    assert answer.headers["content-type"] == "application/problem+json", answer.text
    return str(answer.json()["type"]).removeprefix("/api/problems/")


async def orders_sent(
    client: httpx.AsyncClient, *lines: object, headers: dict[str, str] = LIAISON
) -> dict[str, Any]:
    answer = await client.post(f"{API}/orders", json={"orders": list(lines)}, headers=headers)
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


def message_of(event: Event, *, territory: str = "610703001", message_id: UUID | None = None) -> Message:
    """Return a fact in its envelope, as another service's relay sends it."""
    return Message(
        id=message_id or new_id(),
        source=f"/gongzhi/{event.context()}",
        type=event.name,
        subject=str(new_id()),
        subject_version=1,
        time=NOON,
        territory=territory,
        role="system",
        tenant="610703",
        schema_version=event.schema_version(),
        dataschema=dataschema_of(event.name),
        pii_level=event.pii_level,
        data=event.model_dump_json().encode(),
    )


def delivery_of(message: Message) -> Delivery:
    """Return a message as it comes off the bus."""
    return Delivery(
        topic=f"nz.{message.type.split('.')[1]}.events",
        partition=0,
        position=1,
        key=message.subject,
        headers=message.headers(),
        data=message.data,
    )
