"""What the story leaves out: the other acts of every service, each done once, on what the story made."""

import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from onebox.client import Client
from onebox.demo_people import COMMUNITY, DISTRICT, DemoPerson, person_for
from onebox.story import Teller, tell
from onebox.tokens import TokenSource
from shared.identity import Role
from shared.kernel import local_date, new_id, system_clock
from tests.story.recording import Exchange, Recorder

__all__ = ["tell_all"]

Json = dict[str, Any]
REASON: Final = {"reason": "现场复核后更正"}
NOTE: Final = {"text": "已联系现场，情况属实。"}
MONTH_DAYS: Final = 40
# Days of notice that the owners give, and the story's estate needs an operator on each.
NOTICE_DAYS: Final = 90


async def tell_all(url: str, *, tokens: TokenSource, recorder: Recorder) -> None:
    """Tell the story on a running box, then do all that it left out; the recorder keeps both."""
    async with Client(url, transport=recorder) as client:
        await tell(client, tokens=tokens, say=lambda _line: None)
        await _act_on(client, tokens=tokens, kept=recorder.kept)


async def _act_on(client: Client, *, tokens: TokenSource, kept: list[Exchange]) -> None:
    teller = Teller(client=client, tokens=tokens, say=lambda _line: None)
    acts = _Acts(teller=teller, kept=kept, today=local_date(system_clock()), mark=new_id().hex[-8:])
    await acts.estates()
    await acts.complaints()
    await acts.meetings()
    await acts.companies()
    await acts.funds()
    await acts.claims()
    await acts.circulars()
    await acts.departments()


@dataclass(kw_only=True)
class _Acts:
    """The acts, in the order in which one needs another. `mark` makes names that nobody has."""

    teller: Teller
    kept: list[Exchange]
    today: date
    mark: str
    open_case: str = ""

    async def act(self, who: Role | DemoPerson, method: str, path: str, body: Json | None = None) -> Json:
        person = person_for(who) if isinstance(who, Role) else who
        return await self.teller.act(person, method, path, body)

    def _first(self, path: str) -> Exchange:
        return next(one for one in self.kept if (one.method, one.path) == ("POST", f"/api/{path}"))

    def made(self, path: str) -> Json:
        """Return what the story made first at a path."""
        made: Json = self._first(path).answer
        return made

    def said(self, path: str) -> Json:
        """Return what the story sent first to a path."""
        said: Json = json.loads(self._first(path).body)
        return said

    async def estates(self) -> None:
        """Register an estate and correct it; file and end the contract of the story, and its operator."""
        town = Role.TOWN_OFFICER
        new: Json = {"territory": COMMUNITY, "name": f"余波{self.mark}"}
        estate = await self.act(town, "POST", "estate-registry/estates", new)
        place = f"estate-registry/estates/{estate['id']}"
        await self.act(town, "PUT", f"{place}/service-since", {"day": "2020-01-01"})
        await self.act(Role.AUTHORITY_OFFICER, "PATCH", place, {"households": 96})
        await self.act(town, "PUT", f"{place}/buildings", {"buildings": [{"no": "1栋"}]})
        contract = self.made("estate-registry/contracts")
        signed = f"estate-registry/contracts/{contract['id']}"
        filed: Json = {"filing_no": f"备-{self.mark}", "filed_on": f"{self.today}"}
        await self.act(town, "POST", f"{signed}/filing", filed)
        last = f"{self.today + timedelta(days=NOTICE_DAYS)}"
        end: Json = {"by": "owners", "notice_served_on": f"{self.today}", "ends_on": last}
        await self.act(town, "POST", f"{signed}/end", end | REASON)
        operators = f"estate-registry/estates/{contract['estate_ids'][0]}/operators"
        company = (await self.act(town, "GET", f"{operators}?kind=company"))["items"][0]
        await self.act(town, "POST", f"{operators}/{company['id']}/end", {"at": last} | REASON)

    async def complaints(self) -> None:
        """Reject one complaint, merge one, return one; see one through to its reopening."""
        town, community = Role.TOWN_OFFICER, Role.COMMUNITY_WORKER
        await self._filed(Role.OWNER)
        await self.act(town, "POST", f"{await self._filed(community)}/rejection", {"reason": "in_court"})
        other, case = await self._filed(community), await self._assigned()
        await self.act(town, "POST", f"{other}/merge", {"master_id": case.rpartition("/")[2]})
        await self.act(town, "POST", f"{await self._assigned()}/return", NOTE)
        self.open_case = await self._assigned()
        await self.act(town, "POST", f"{case}/signature")
        await self.act(town, "POST", f"{case}/extension", NOTE)
        await self.act(town, "POST", f"{case}/progress", NOTE)
        result: Json = {"result": "solved", "liability": "none", "reply": "已清运。"}
        await self.act(town, "POST", f"{case}/resolution", result)
        content: Json = {"reached": True, "solved": True, "score": 5}
        await self.act(community, "POST", f"{case}/callbacks", content)
        await self.act(town, "POST", f"{case}/closure")
        await self.act(community, "POST", f"{case}/reopening", NOTE)

    async def _filed(self, who: Role) -> str:
        new: Json = {
            "channel": "community_window",
            "leaf": "SRV-01",
            "text": f"垃圾无人清运 {new_id()}",
            "territory": COMMUNITY,
            "person_name": "李四",
            "person_phone": f"138{new_id().int % 10**8:08}",
        }
        case = await self.act(who, "POST", "dispute-mediation/complaints", new)
        return f"dispute-mediation/complaints/{case['id']}"

    async def _assigned(self) -> str:
        place = await self._filed(Role.COMMUNITY_WORKER)
        await self.act(Role.TOWN_OFFICER, "POST", f"{place}/acceptance", {"leaf": "SRV-01"})
        await self.act(Role.TOWN_OFFICER, "POST", f"{place}/assignment", {})
        return place

    async def meetings(self) -> None:
        """Cancel a meeting; see one duty through, and object to another."""
        town, community, lead = Role.TOWN_OFFICER, Role.COMMUNITY_WORKER, Role.TOWN_LEADER
        call = self.said("dispute-mediation/meetings")
        chair = DemoPerson(call["chair"], lead, person_for(lead).territory, "town")
        call["case_ids"] = [self.open_case.rpartition("/")[2]]
        later = await self.act(lead, "POST", "dispute-mediation/meetings", call)
        await self.act(lead, "POST", f"dispute-mediation/meetings/{later['id']}/cancellation")
        objected, done = [await self._duty(lead) for _ in range(2)]
        await self.act(town, "POST", f"{objected}/objection", NOTE)
        await self.act(chair, "POST", f"{objected}/objection-decision", {"upheld": False})
        await self.act(town, "POST", f"{done}/acceptance")
        await self.act(town, "POST", f"{done}/start")
        await self.act(town, "POST", f"{done}/claim", NOTE)
        await self.act(community, "POST", f"{done}/verification", {"passed": True})
        await self.act(community, "POST", f"{done}/closure")

    async def _duty(self, lead: Role) -> str:
        duty = self.said("dispute-mediation/items")
        duty["due_at"] = (system_clock() + timedelta(days=3)).isoformat()
        duty["check_person"] = person_for(Role.COMMUNITY_WORKER).person
        item = await self.act(lead, "POST", "dispute-mediation/items", duty)
        return f"dispute-mediation/items/{item['id']}"

    async def companies(self) -> None:
        """Check a company for a selection, revoke an item of its file, load a scheme for another year."""
        leader, path = Role.AUTHORITY_LEADER, "credit-rating/schemes"
        company = f"credit-rating/companies/{self.made('credit-rating/companies')['org']}"
        sheet: Json = {"purpose": "selection"}
        await self.act(Role.AUTHORITY_OFFICER, "POST", f"{company}/selection-checks", sheet)
        sheets = f"credit-rating/entry-sheets?org={company.rpartition('/')[2]}"
        await self.act(Role.AUTHORITY_OFFICER, "GET", sheets)
        item = self.made(f"{company}/items")
        await self.act(leader, "POST", f"credit-rating/items/{item['id']}/revocation", REASON)
        listed = (await self.act(leader, "GET", path))["items"]
        scheme = await self.act(leader, "GET", f"{path}/{listed[0]['version']}")
        begins = f"{self.today + timedelta(days=NOTICE_DAYS)}"
        new: Json = {**scheme, "version": f"NZ-{self.mark}", "in_force_from": begins}
        await self.act(leader, "POST", path, _filled(new))

    async def funds(self) -> None:
        """Open two accounts of the maintenance fund, move money between them, and back."""
        clerk, path = Role.FUND_CLERK, "subsidy-ledger/funds"
        ids = []
        for kind in ("bank", "household"):
            ledger, code = f"fund-{self.mark}", f"{kind}-{self.mark}"
            new: Json = {"territory": COMMUNITY, "ledger": ledger, "kind": kind, "code": code}
            ids.append((await self.act(clerk, "POST", f"{path}/accounts", new))["id"])
        line: Json = {"from_account": ids[0], "to_account": ids[1], "amount_fen": 100, "memo": "归集"}
        posted = await self.act(clerk, "POST", f"{path}/postings", line)
        await self.act(clerk, "POST", f"{path}/batches", {"lines": [line]})
        await self.act(clerk, "POST", f"{path}/postings/{posted['id']}/reversal", {"memo": "更正"})

    async def claims(self) -> None:
        """Correct and withdraw a claim; supplement a budget, take it back, close a month."""
        finance, budgets = Role.FINANCE_OFFICER, "subsidy-ledger/budgets"
        form = self.said("subsidy-ledger/claims")
        before = date.fromisoformat(f"{form['first_month']}-01") - timedelta(days=MONTH_DAYS)
        form |= {"first_month": f"{before:%Y-%m}", "last_month": f"{before:%Y-%m}"}
        manager = DemoPerson("manager-after", Role.PROJECT_MANAGER, org=form["payee"])
        place = (
            f"subsidy-ledger/claims/{(await self.act(manager, 'POST', 'subsidy-ledger/claims', form))['id']}"
        )
        corrected = {name: form[name] for name in form.keys() - {"programme", "estate_id", "payee"}}
        await self.act(manager, "PUT", f"{place}/form", corrected)
        await self.act(manager, "POST", f"{place}/withdrawal", REASON)
        budget = (await self.act(finance, "GET", f"{budgets}?programme={form['programme']}"))["items"][0]
        more: Json = {"amount_fen": 100_00, "document_no": f"南财追 {self.mark} 号"}
        await self.act(finance, "POST", f"{budgets}/{budget['id']}/supplements", more)
        vouchers = f"subsidy-ledger/books/journals?budget_id={budget['id']}&limit=200"
        last = max((await self.act(finance, "GET", vouchers))["items"], key=lambda one: str(one["posted_at"]))
        await self.act(finance, "POST", f"subsidy-ledger/books/journals/{last['id']}/reversal", REASON)
        month = f"{self.today.replace(day=1) - timedelta(days=1):%Y-%m}"
        await self.act(finance, "POST", f"subsidy-ledger/books/ledgers/{DISTRICT}/months/{month}/closing")

    async def circulars(self) -> None:
        """Answer and close the circular of the story; draft another anew."""
        supervisor, path = Role.SUPERVISOR, "supervision/circulars"
        published = next(one.answer for one in self.kept if one.path.endswith("/publication"))
        unit = f"{person_for(Role.TOWN_OFFICER).territory}:town"
        place = f"{path}/{published['id']}"
        await self.act(supervisor, "POST", f"{place}/reply", {"code": unit, "reply": "已整改到位。"})
        await self.act(supervisor, "POST", f"{place}/closure")
        month = self.today.replace(day=1) - timedelta(days=1)
        draft: Json = {"kind": "progress", "period": f"{month:%Y-%m}"}
        drafted = await self.act(supervisor, "POST", path, draft)
        await self.act(supervisor, "POST", f"{path}/{drafted['id']}/redraft")

    async def departments(self) -> None:
        """End a key of the story's department; hand an order in by hand."""
        admin = Role.EXCHANGE_ADMIN
        place = f"exchange/departments/{self.made('exchange/departments')['id']}/keys"
        key = await self.act(admin, "POST", place, {"algorithm": "hmac-sm3"})
        await self.act(admin, "DELETE", f"{place}/{key['key_id']}")
        order = self.said("exchange/orders")["orders"][0] | {"order_no": f"12345-{self.mark}-2"}
        await self.act(Role.HOTLINE_LIAISON, "POST", "exchange/orders", {"orders": [order]})


def _filled(part: Any) -> Any:  # noqa: ANN401 - any part of a view
    """Return a view as it is entered: what it does not say is left out."""
    if isinstance(part, dict):
        return {name: _filled(value) for name, value in part.items() if value not in ("", None)}
    return [_filled(one) for one in part] if isinstance(part, list) else part
