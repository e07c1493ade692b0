"""Chapter: a claim is reviewed by many, by nobody twice, and paid from books that balance."""

from datetime import date
from typing import Final

from onebox.client import PlatformRefused
from onebox.demo_people import DISTRICT
from onebox.story.cast import Cast
from onebox.story.teller import Json, Teller
from shared.kernel import yuan_text

__all__ = ["claim_subsidy"]

PROGRAMME: Final = "P02"
BUDGET_FEN: Final = 50_000_000
MONTHS: Final = 3
RATE_FEN: Final = 30
_PASSED: Final[Json] = {"decision": "pass", "opinion": "材料齐全，情况属实。"}


async def claim_subsidy(teller: Teller, cast: Cast, estate: Json, *, today: date) -> Json:
    """Claim the operating subsidy of the last three whole months; return the claim as it was paid."""
    await _approve_budget(teller, cast, year=_months_back(today, 1).year)
    claim = await teller.act(cast.manager, "POST", "subsidy-ledger/claims", _form(cast, estate, today=today))
    place = f"subsidy-ledger/claims/{claim['id']}"
    await teller.act(cast.manager, "POST", f"{place}/submission")
    await _review(teller, cast, place, estate)
    await _approve(teller, cast, place)
    return await _pay(teller, cast, place, today=today)


def _form(cast: Cast, estate: Json, *, today: date) -> Json:
    return {
        "programme": PROGRAMME,
        "estate_id": estate["id"],
        "payee": cast.org,
        "first_month": f"{_months_back(today, MONTHS):%Y-%m}",
        "last_month": f"{_months_back(today, 1):%Y-%m}",
        "account_holder": f"故事物业{cast.mark}有限公司",
        "bank_account": "6222020200112233445",
    }


async def _review(teller: Teller, cast: Cast, place: str, estate: Json) -> None:
    await teller.act(cast.community, "POST", f"{place}/check", _PASSED)
    await teller.act(cast.town, "POST", f"{place}/first-review", _PASSED)
    reviewed = await teller.act(cast.authority, "POST", f"{place}/second-review", _PASSED)
    # 0.30 yuan per m² and month in the first year, by the coefficient 1.00 of grade AA: not 1.10 as before.
    expected = RATE_FEN * MONTHS * estate["area_m2x100"] // 100
    teller.expect(reviewed["amount_fen"], expected, what="the amount by the new grade")
    yuan = yuan_text(reviewed["amount_fen"])
    teller.told(
        f"社区核实、街道初审、住建局复审：按新等级的系数核定 {yuan} 元。",
        f"Community, town and authority review it: {yuan} yuan by the coefficient of the new grade.",
    )


async def _approve(teller: Teller, cast: Cast, place: str) -> None:
    control: Json = {**_PASSED, "control_no": f"CZ-{cast.mark}"}
    await teller.act(cast.finance, "POST", f"{place}/money-review", control)
    await teller.act(cast.publisher, "POST", f"{place}/publicity")
    await teller.act(cast.publisher, "POST", f"{place}/publicity/end", _PASSED)
    approval: Json = {**_PASSED, "approval_no": f"PF-{cast.mark}"}
    await teller.act(cast.authority_lead, "POST", f"{place}/approval", approval)
    await teller.act(cast.accountant, "POST", f"{place}/accrual")


async def _pay(teller: Teller, cast: Cast, place: str, *, today: date) -> Json:
    receipt: Json = {"receipt_no": f"HD-{cast.mark}"}
    refused = await teller.refused(cast.accountant, "POST", f"{place}/payment", receipt)
    teller.expect(refused, "person-acted-before", what="nobody acts twice")
    teller.told(
        f"财政审核、公示、审批、记账；同一人不得办理两个环节（被拒：{refused}）。",
        "Money review, publicity, approval, accrual; nobody acts twice on one claim.",
    )
    paid = await teller.act(cast.treasury, "POST", f"{place}/payment", receipt)
    await _expect_balance(teller, cast, today=today)
    yuan = yuan_text(paid["amount_fen"])
    teller.told(
        f"国库集中支付 {yuan} 元，借贷相等，账账相符。",
        f"{yuan} yuan are paid; debits equal credits in every book.",
    )
    return paid


async def _approve_budget(teller: Teller, cast: Cast, *, year: int) -> None:
    budget: Json = {
        "programme": PROGRAMME,
        "year": year,
        "territory": DISTRICT,
        "approved_fen": BUDGET_FEN,
        "document_no": f"南财预 {year}-{cast.mark} 号",
    }
    try:
        await teller.act(cast.finance, "POST", "subsidy-ledger/budgets", budget)
    except PlatformRefused as refusal:
        # The story was told before this year.
        kind = str(refusal.problem.get("type"))
        teller.expect(kind, "/api/problems/budget-exists", what="the budget is there")


async def _expect_balance(teller: Teller, cast: Cast, *, today: date) -> None:
    balance = await teller.act(
        cast.finance,
        "GET",
        "subsidy-ledger/books/trial-balance",
        params={"ledger": DISTRICT, "month": f"{today:%Y-%m}"},
    )
    for book in {account["book"] for account in balance["accounts"]}:
        lines = [account for account in balance["accounts"] if account["book"] == book]
        debit, credit = (sum(line[side] for line in lines) for side in ("debit_fen", "credit_fen"))
        teller.expect(debit, credit, what=f"the book {book}: debits and credits")


def _months_back(day: date, count: int) -> date:
    months = day.year * 12 + day.month - 1 - count
    return date(months // 12, months % 12 + 1, 1)
