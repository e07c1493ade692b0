"""Chapter: a joint meeting hears the complaint; a duty goes overdue, a liability is confirmed."""

from datetime import datetime, timedelta
from typing import Final

from onebox.story.cast import Cast
from onebox.story.teller import Json, Teller
from shared.kernel import system_clock

__all__ = ["hear_in_meeting", "resolve"]

# Long enough for the answer to arrive, short enough to watch the duty go overdue.
DUTY_SECONDS: Final = 3
_UNITS: Final = (
    "610703001:town",
    "610703001001:community",
    "610703:urban_management",
    "610703:market_supervision",
)


async def hear_in_meeting(teller: Teller, cast: Cast, case: Json, *, now: datetime) -> None:
    """Accept the case, hold a joint meeting, give the company a duty and see it go overdue."""
    place = f"dispute-mediation/complaints/{case['id']}"
    await teller.act(cast.town, "POST", f"{place}/acceptance", {"leaf": "SRV-01"})
    await teller.act(cast.town, "POST", f"{place}/assignment", {})
    await teller.act(cast.town, "POST", f"{place}/signature")
    meeting = await _hold_meeting(teller, cast, case, now=now)
    item = await _give_duty(teller, cast, case, meeting)
    await teller.until(
        cast.town,
        f"dispute-mediation/items/{item['id']}",
        lambda duty: bool(duty["overdue"]),
        what="the duty overdue",
    )
    await teller.until(
        cast.authority,
        f"credit-rating/companies/{cast.org}",
        lambda company: company["grade"] == "AA",
        what="D31, grade AA",
    )
    teller.told(
        "逾期未办，记入信用 D31：等级由 AAA 降为 AA。",
        "It goes overdue; credit item D31 is recorded: the grade falls from AAA to AA.",
    )


async def _hold_meeting(teller: Teller, cast: Cast, case: Json, *, now: datetime) -> Json:
    call: Json = {
        "level": "town",
        "kind": "emergency",
        "chair": cast.town_lead.person,
        "place": "街道会议室",
        "case_ids": [case["id"]],
        "units": list(_UNITS),
        "parties": [cast.org],
        "noticed_at": (now - timedelta(hours=3)).isoformat(),
        "starts_at": now.isoformat(),
    }
    meeting = await teller.act(cast.town_lead, "POST", "dispute-mediation/meetings", call)
    roll: Json = {"chair_present": True, "present": [*_UNITS[:3], cast.org]}
    await teller.act(cast.town_lead, "POST", f"dispute-mediation/meetings/{meeting['id']}/attendance", roll)
    teller.told(
        "街道召开联席会议，应到单位三分之二以上到会，会议有效。",
        "The town holds a joint meeting; two thirds of the units called are there.",
    )
    return meeting


async def _give_duty(teller: Teller, cast: Cast, case: Json, meeting: Json) -> Json:
    duty: Json = {
        "meeting_id": meeting["id"],
        "case_id": case["id"],
        "text": "立即清运楼道垃圾",
        "deliverable": "现场照片",
        "check_person": cast.community.person,
        "unit": "610703001:town",
        "org": cast.org,
        "due_at": (system_clock() + timedelta(seconds=DUTY_SECONDS)).isoformat(),
    }
    item = await teller.act(cast.town_lead, "POST", "dispute-mediation/items", duty)
    minutes: Json = {"facts": "楼道垃圾堆放多日", "views": "企业承诺立即清运"}
    await teller.act(cast.town_lead, "POST", f"dispute-mediation/meetings/{meeting['id']}/minutes", minutes)
    teller.told("交办事项分给企业，限期办结。", "A duty with a deadline is given to the company.")
    return item


async def resolve(teller: Teller, cast: Cast, case: Json) -> None:
    """Resolve the case with liability, which another person confirms; see it in the credit file."""
    place = f"dispute-mediation/complaints/{case['id']}"
    before = await teller.act(cast.authority, "GET", f"credit-rating/companies/{cast.org}")
    await teller.act(
        cast.town,
        "POST",
        f"{place}/resolution",
        {
            "result": "solved",
            "liability": "company",
            "org": cast.org,
            "degree": "main",
            "reply": "已督促企业清运，经查企业保洁不到位。",
        },
    )
    refused = await teller.refused(cast.town, "POST", f"{place}/liability-confirmation")
    await teller.act(cast.authority, "POST", f"{place}/liability-confirmation")
    teller.told(
        f"办结并认定企业责任；认定须由他人确认（本人确认被拒：{refused}）。",
        "The case is resolved with the company liable; another person must confirm that.",
    )
    await teller.until(
        cast.authority,
        f"credit-rating/companies/{cast.org}",
        lambda company: company["score_tenths"] < before["score_tenths"],
        what="D27",
    )
    teller.told("责任记入信用 D27。", "Credit item D27 is recorded.")
