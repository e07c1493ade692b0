"""Chapter: a list of estates comes in, a company is entered, rated, and takes an estate over."""

from datetime import date, timedelta
from typing import Final

from onebox.demo_people import COMMUNITY
from onebox.importing import Import, import_estates
from onebox.story.cast import Cast
from onebox.story.teller import Json, Teller

__all__ = ["bring_in_estates", "enter_company", "take_over"]

# The operator has long served when the platform begins to keep its record (CR-07 asks for 90 days).
SERVED_DAYS: Final = 200
_BASE_ITEMS: Final = tuple(f"B{number:02d}" for number in range(1, 13))
_GOOD_ITEMS: Final = ("G01",)


async def bring_in_estates(teller: Teller, cast: Cast) -> Json:
    """Import a messy list; return the estate that the story is about."""
    rows = (
        f"小区名称,地址,建成年代,楼栋数,户数,建筑面积\n"
        f"故事小区{cast.mark},人民路{cast.mark}号,1998年建成,6栋,240户,18000㎡\n"
        f"故事新村{cast.mark},解放路{cast.mark}号,未知,3栋,96户,7200\n"
        f",建国路{cast.mark}号,2001,1栋,30户,2000\n"
    )
    what = Import(
        content=rows.encode(), file_name="story.csv", territory=COMMUNITY, source=f"story-{cast.mark}"
    )
    authorization = teller.authorization(cast.authority)
    first = (await import_estates(teller.client, what, authorization=authorization)).job
    counted = first["taken"] + first["repaired"] + first["refused"] + first["unchanged"]
    teller.expect(first["rows"], counted, what="rows = taken + repaired + refused + unchanged")
    teller.expect(first["refused"], 1, what="the row without a name is refused")
    teller.told(
        f"导入小区清单 {first['rows']} 行：修复 {first['repaired']}，拒绝 {first['refused']}，逐行有据。",
        f"A list of {first['rows']} estates is imported; every row is taken, repaired or refused.",
    )
    again = (await import_estates(teller.client, what, authorization=authorization)).job
    teller.expect(again["taken"] + again["repaired"], 0, what="a second import changes nothing")
    found = await teller.act(
        cast.authority, "GET", "estate-registry/estates", params={"name": f"故事小区{cast.mark}"}
    )
    estate: Json = found["items"][0]
    teller.told(
        f"登记 {estate['code']}，社区代管自登记之日起生效：小区没有一天无人负责。",
        "It is registered, and its community keeps it from the first day: no day without an operator.",
    )
    return estate


async def enter_company(teller: Teller, cast: Cast) -> None:
    """Enter a company, then rate it AAA by items that one person records and another confirms."""
    company: Json = {
        "org": cast.org,
        "company_name": f"故事物业{cast.mark}有限公司",
        "registry_status": "existing",
        "business_scope": "物业服务；保洁；绿化养护",
        "territory": "610703",
    }
    await teller.act(cast.authority, "POST", "credit-rating/companies", company)
    for service in ("estate-registry", "subsidy-ledger"):
        await teller.caught_up(service)
    teller.told(
        "企业通过准入核查，建立信用档案。", "A company passes the entry checks and has a credit file."
    )
    for code in (*_BASE_ITEMS, *_GOOD_ITEMS):
        item = await teller.act(
            cast.authority,
            "POST",
            f"credit-rating/companies/{cast.org}/items",
            {"code": code, "evidence": "现场核验材料"},
        )
        await teller.act(cast.authority_lead, "POST", f"credit-rating/items/{item['id']}/confirmation")
    teller.told(
        "信用信息一人记录、另一人确认。", "Credit items are recorded by one person, confirmed by another."
    )


async def take_over(teller: Teller, cast: Cast, estate: Json, *, today: date) -> None:
    """Sign the contract, assign the company from a day in the past, switch the mode; wait for the rating."""
    start = today - timedelta(days=SERVED_DAYS)
    contract: Json = {
        "contract_no": f"NZ-{cast.mark}",
        "org": cast.org,
        "estate_ids": [estate["id"]],
        "fee_fen_per_m2_month": 50,
        "start": start.isoformat(),
        "end": (start + timedelta(days=3 * 365)).isoformat(),
        "signed_on": start.isoformat(),
    }
    signed = await teller.act(cast.town, "POST", "estate-registry/contracts", contract)
    place = f"estate-registry/estates/{estate['id']}"
    operator: Json = {
        "kind": "company",
        "org": cast.org,
        "contract_id": signed["id"],
        "start": start.isoformat(),
        "reason": "业主大会选聘",
    }
    await teller.act(cast.town, "POST", f"{place}/operators", operator)
    mode: Json = {"mode": "standard_property", "start": start.isoformat(), "reason": "签订物业服务合同"}
    await teller.act(cast.town, "POST", f"{place}/mode", mode)
    teller.told(
        "签订物业服务合同，企业接管，服务模式转为规范化物业服务。",
        "A service contract is signed, the company takes over, the mode becomes standard property.",
    )
    rated = await teller.until(
        cast.authority,
        f"credit-rating/companies/{cast.org}",
        lambda company: company["grade"] == "AAA" and company["rated"],
        what="grade AAA",
    )
    teller.told(
        f"服务满 90 日，首次评级：{rated['grade']}。",
        f"After 90 days of service it gets its first rating: {rated['grade']}.",
    )
