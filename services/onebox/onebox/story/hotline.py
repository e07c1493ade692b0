"""Chapter: the 12345 hotline gets a key and a grant, and hands over an order that becomes a complaint."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from onebox.demo_people import COMMUNITY, DISTRICT
from onebox.story.cast import Cast, made_up_code
from onebox.story.teller import Json, Teller
from shared.identity import SignatureAlgorithm, SignedCalls

__all__ = ["FEED", "Hotline", "hand_over_order", "open_hotline"]

ALGORITHM: Final = SignatureAlgorithm.HMAC_SM3
# What the hotline is granted to hear of.
FEED: Final = (
    "nz.dispute-mediation.ComplaintReceived.v1",
    "nz.dispute-mediation.ComplaintResolved.v1",
    "nz.credit-rating.CreditGradeChanged.v1",
    "nz.subsidy-ledger.SubsidyDisbursed.v1",
)


@dataclass(frozen=True, slots=True)
class Hotline:
    """The hotline's machine: the key it signs its calls with."""

    key: SignedCalls


async def open_hotline(teller: Teller, cast: Cast) -> Hotline:
    """Enter the hotline as a department, make its key, grant what it sends and receives."""
    department = await teller.act(
        cast.exchange_admin,
        "POST",
        "exchange/departments",
        {
            "code": made_up_code(cast.mark, kind="11"),
            "name": f"12345 热线{cast.mark}",
            "territory": DISTRICT,
            "contact": "值班室 0916-5512345",
        },
    )
    place = f"exchange/departments/{department['id']}"
    key = await teller.act(cast.exchange_admin, "POST", f"{place}/keys", {"algorithm": ALGORITHM.value})
    grant: Json = {
        "purpose": "工单办理与反馈",
        "legal_basis": "政务服务便民热线管理规定",
        "pii_level": 1,
        "sends": ["orders"],
        "receives": [{"event_type": kind, "territory": DISTRICT} for kind in FEED],
    }
    await teller.act(cast.exchange_admin, "PUT", f"{place}/grants", grant)
    teller.told(
        "为 12345 热线开通部门密钥（只显示一次）并授权，其调用以 HMAC-SM3 签名。",
        "The hotline gets a key, shown once, and a grant; it signs its calls with HMAC-SM3.",
    )
    return Hotline(SignedCalls(key_id=key["key_id"], secret=key["secret"], algorithm=ALGORITHM))


async def hand_over_order(
    teller: Teller, cast: Cast, hotline: Hotline, estate: Json, *, now: datetime
) -> Json:
    """Hand over one order twice; return the one complaint it became."""
    order = _order(cast, estate, now=now)
    for outcome in ("taken", "unchanged"):
        answer = await teller.client.send(
            "POST", "/api/exchange/orders", auth=hotline.key, body={"orders": [order]}
        )
        teller.expect(answer.json()[outcome], 1, what=f"the order is {outcome}: {answer.text}")
    cases = await teller.until(
        cast.town,
        f"dispute-mediation/complaints?estate_id={estate['id']}",
        lambda page: bool(page["items"]),
        what="the complaint of the order",
    )
    teller.expect(len(cases["items"]), 1, what="one order, one complaint")
    case: Json = cases["items"][0]
    teller.told(
        f"12345 工单成为投诉 {case['case_no']}；重复导入不会重复立案。",
        f"The order became complaint {case['case_no']}; importing it twice makes no second case.",
    )
    return case


def _order(cast: Cast, estate: Json, *, now: datetime) -> Json:
    return {
        "order_no": f"12345-{cast.mark}",
        "source_channel": "phone",
        "received_at": now.isoformat(),
        "caller_name": "张三",
        "caller_phone": "13812345678",
        "type": "complaint",
        "category_code": "物业服务",
        "title": "楼道长期无人打扫",
        "content": f"{estate['name']}楼道垃圾堆放多日，物业不处理，联系电话13812345678",
        "place_text": estate["name"],
        "territory_code": COMMUNITY,
        "estate_code": estate["code"],
        "urgency": "normal",
        "status": "dispatched",
    }
