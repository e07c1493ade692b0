"""The books by HTTP: reversals, closed months, what accounts add up to."""

from datetime import timedelta
from random import Random
from typing import Any

import httpx
import pytest
from ledger_desk import District, problem

from shared.contracts.subsidy_ledger import SubsidyPostingReversed
from shared.testing import recorded_events

REVERSAL = {"reason": "金额录入错误"}


async def standing(district: District, claim_id: str, kind: str) -> str:
    """Return the id of the voucher of a kind that was not taken back."""
    items = (await district.get("/books/journals", claim_id=claim_id)).json()["items"]
    found = [v["id"] for v in items if v["kind"] == kind and not v["red"] and v["reversed_by"] is None]
    return str(found[-1])


async def reverse(district: District, voucher_id: str, desk: str = "corrector") -> httpx.Response:
    return await district.post(desk, f"/books/journals/{voucher_id}/reversal", REVERSAL)


async def test_a_payment_is_taken_back_in_red_ink_and_paid_again(district: District) -> None:
    await district.settle()
    budget = await district.budget()
    claim = await district.claim_after("accrual")
    before = await district.trial()
    await district.post("cashier", f"/claims/{claim['id']}/payment", {"receipt_no": "B1"})
    paid = await standing(district, claim["id"], "payment")

    red = await reverse(district, paid)

    assert (red.status_code, red.json()["red"], red.json()["reverses"]) == (201, True, paid)
    assert red.json()["voucher_no"] == "610703-202603-00005"
    assert (await district.claim(claim["id"]))["status"] == "accrued"
    after = {row["account"]: row["closing_fen"] for row in (await district.trial())["accounts"]}
    for row in before["accounts"]:
        assert after.pop(row["account"]) == row["closing_fen"]
    assert set(after.values()) == {0}
    again = await district.post("cashier", f"/claims/{claim['id']}/payment", {"receipt_no": "B2"})
    assert again.json()["status"] == "paid"
    assert (await district.quota(budget["id"]))["spent"] == claim["amount_fen"]


async def test_a_claim_is_taken_back_to_the_start_and_the_quota_is_whole_again(district: District) -> None:
    await district.settle()
    budget = await district.budget()
    claim = await district.claim_after("payment")

    for kind in ("payment", "accrual", "commitment"):
        answer = await reverse(district, await standing(district, claim["id"], kind))
        assert answer.status_code == 201, answer.text

    assert (await district.quota(budget["id"]))["available"] == 100_000_000
    assert (await district.claim(claim["id"]))["status"] == "publicity"
    balances = {row["account"]: row["closing_fen"] for row in (await district.trial())["accounts"]}
    assert {account for account, fen in balances.items() if fen} == {"9001", "9101"}


async def test_every_voucher_taken_back_is_told_to_the_other_services(district: District) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after("payment")

    for kind in ("payment", "accrual", "commitment"):
        await reverse(district, await standing(district, claim["id"], kind))

    about = {name: claim[name] for name in ("programme", "estate_id", "payee", "amount_fen")}
    numbers = [f"610703-202603-{number:05d}" for number in range(8)]
    assert (await recorded_events(district.database))[-3:] == [
        SubsidyPostingReversed.model_validate(
            {
                **about,
                "claim_id": claim["id"],
                "kind": kind,
                "voucher_no": red,
                "reversed_voucher_no": original,
            }
        )
        for kind, red, original in zip(
            ("disbursed", "accrued", "committed"), numbers[5:], numbers[4:1:-1], strict=True
        )
    ]


async def test_only_the_last_voucher_of_a_claim_is_taken_back(district: District) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after("payment")

    answer = await reverse(district, await standing(district, claim["id"], "commitment"))

    assert problem(answer) == (409, "reversal-out-of-order")
    assert (await district.claim(claim["id"]))["status"] == "paid"


async def test_a_voucher_is_taken_back_once_and_red_ink_never(district: District) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after("payment")
    paid = await standing(district, claim["id"], "payment")
    red = await reverse(district, paid)

    assert problem(await reverse(district, paid)) == (409, "reversed-already")
    assert problem(await reverse(district, red.json()["id"])) == (409, "red-ink-stands")


async def test_who_acted_in_the_claim_does_not_take_its_voucher_back(district: District) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after("payment")

    answer = await reverse(district, await standing(district, claim["id"], "payment"), desk="cashier")

    assert problem(answer) == (403, "person-acted-before")


async def test_a_budget_is_taken_back_while_nothing_draws_on_it(district: District) -> None:
    await district.settle()
    first = await district.budget(programme="P03")
    second = await district.budget()
    await district.claim_after("approval")

    async def approval(budget: dict[str, Any]) -> str:
        return str((await district.get("/books/journals", budget_id=budget["id"])).json()["items"][0]["id"])

    assert (await reverse(district, await approval(first))).status_code == 201
    assert (await district.quota(first["id"]))["approved"] == 0
    events = await recorded_events(district.database)
    assert not any(isinstance(event, SubsidyPostingReversed) for event in events)
    assert problem(await reverse(district, await approval(second))) == (409, "budget-exhausted")


async def test_a_closed_month_receives_nothing(district: District) -> None:
    await district.settle()
    budget = await district.budget()
    district.clock.advance(timedelta(days=29))  # 31 March
    close = "/books/ledgers/610703/months/2026-03/closing"

    closed = await district.post("corrector", close)
    posted = await district.post(
        "finance", f"/budgets/{budget['id']}/supplements", {"amount_fen": 1, "document_no": "追加"}
    )
    again = await district.post("corrector", close)

    assert closed.status_code == 200, closed.text
    assert problem(posted) == (409, "month-closed")
    assert problem(again) == (409, "month-closed")
    assert (await district.quota(budget["id"]))["approved"] == 100_000_000


async def test_a_month_is_not_closed_before_its_last_day(district: District) -> None:
    await district.budget()

    answer = await district.post("corrector", "/books/ledgers/610703/months/2026-03/closing")

    assert problem(answer) == (409, "month-not-over")


async def test_kept_totals_and_sums_of_entries_give_the_same_balance(district: District) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after("accrual")
    before = await district.trial()
    district.clock.advance(timedelta(days=29))
    await district.post("corrector", "/books/ledgers/610703/months/2026-03/closing")
    district.clock.advance(timedelta(days=1))

    await district.post("cashier", f"/claims/{claim['id']}/payment", {"receipt_no": "B1"})

    assert await district.trial("2026-03") == before
    april = await district.trial("2026-04")
    assert april["balanced"]
    rows = {row["account"]: row for row in april["accounts"]}
    assert (rows["9103"]["opening_fen"], rows["9103"]["credit_fen"], rows["9103"]["closing_fen"]) == (
        claim["amount_fen"],
        claim["amount_fen"],
        0,
    )
    months = (await district.get("/books/ledgers/610703/months")).json()["items"]
    assert [(m["month"], m["last_number"], m["closed_at"] is not None) for m in months] == [
        ("2026-03-01", 3, True),
        ("2026-04-01", 1, False),
    ]


@pytest.mark.parametrize("seed", range(4))
async def test_any_sequence_of_commands_keeps_books_and_quota_in_step(district: District, seed: int) -> None:
    """Approvals, accruals, payments and reversals by chance, on the real database."""
    chance = Random(seed)  # noqa: S311 - chance, not a secret
    await district.settle()
    budget = await district.budget()
    claim = await district.claim_after("publicity/end")
    address = f"/claims/{claim['id']}"
    forward = {
        "publicity": ("leader", f"{address}/approval", {"opinion": "同意"}),
        "approved": ("accountant", f"{address}/accrual", None),
        "accrued": ("cashier", f"{address}/payment", {"receipt_no": "B"}),
    }
    last = {"approved": "commitment", "accrued": "accrual", "paid": "payment"}
    for _ in range(14):
        status = (await district.claim(claim["id"]))["status"]
        if status in forward and (status not in last or chance.random() < 0.6):
            answer = await district.post(*forward[status])
        else:
            answer = await reverse(district, await standing(district, claim["id"], last[status]))
        assert answer.status_code in {200, 201}, answer.text
        await assert_books_agree(district, budget["id"])


async def assert_books_agree(district: District, budget_id: str) -> None:
    trial = await district.trial()
    balances = {row["account"]: row["closing_fen"] for row in trial["accounts"]}
    quota = await district.quota(budget_id)
    assert trial["balanced"]
    assert quota["approved"] == sum(quota[part] for part in ("available", "committed", "accrued", "spent"))
    assert [balances.get(account, 0) for account in ("9001", "9101", "9102", "9103", "9104")] == [
        quota[part] for part in ("approved", "available", "committed", "accrued", "spent")
    ]


async def test_journals_follow_each_other_page_by_page(district: District) -> None:
    await district.settle()
    await district.budget()
    await district.claim_after("payment")

    seen: list[str] = []
    params: dict[str, str] = {"limit": "3", "month": "2026-03"}
    while True:
        page = (await district.get("/books/journals", **params)).json()
        seen += [item["voucher_no"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]

    assert seen == [f"610703-202603-{number:05d}" for number in (1, 2, 3, 4)]


async def test_a_town_does_not_read_the_districts_books(district: District) -> None:
    await district.budget()

    answer = await district.get("/books/journals", desk="town")

    assert problem(answer) == (403, "permission-missing")
    assert await recorded_events(district.database) == []
