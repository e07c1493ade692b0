import base64

import pytest
from ledger_desk import District, problem

from shared.contracts.subsidy_ledger import (
    SubsidyApplied,
    SubsidyCommitted,
    SubsidyDisbursed,
    SubsidyReviewed,
)
from shared.privacy import reseal
from shared.testing import UseSealKeys, recorded_events
from subsidy_ledger.claims.storage import ACCOUNT
from subsidy_ledger.main import SERVICE

# 12,345.67 m² × 0.30 yuan × 3 months = 11,111.103 yuan; × 1.10 = 12,222.2133 yuan.
GROSS = 1_111_110
AMOUNT = 1_222_221


async def test_a_claim_goes_from_the_form_to_the_payment_and_the_books_balance(district: District) -> None:
    await district.settle()
    budget = await district.budget()

    claim = await district.claim_after("payment")

    shown = await district.claim(claim["id"])
    assert (shown["status"], shown["amount_fen"], shown["coefficient_hundredths"]) == ("paid", AMOUNT, 110)
    assert [(step["duty"], step["person"]) for step in shown["steps"]] == [
        ("apply", "manager"),
        ("apply", "manager"),
        ("check", "community"),
        ("first_review", "town"),
        ("second_review", "authority"),
        ("money_review", "finance"),
        ("publicity", "publisher"),
        ("publicity", "publisher"),
        ("approval", "leader"),
        ("accrual", "accountant"),
        ("payment", "cashier"),
    ]
    assert [voucher["voucher_no"] for voucher in shown["vouchers"]] == [
        f"610703-202603-{number:05d}" for number in (2, 3, 4)
    ]
    assert await district.quota(budget["id"]) == {
        "approved": 100_000_000,
        "available": 100_000_000 - AMOUNT,
        "committed": 0,
        "accrued": 0,
        "spent": AMOUNT,
    }


async def test_every_step_is_told_to_the_other_services(district: District) -> None:
    await district.settle()
    await district.budget()

    claim = await district.claim_after("payment")

    about = {
        "claim_id": claim["id"],
        "programme": "P02",
        "estate_id": district.estate_id,
        "payee": claim["payee"],
        "amount_fen": AMOUNT,
    }
    steps = ("check", "first_review", "second_review", "money_review", "publicity", "approval")
    assert await recorded_events(district.database) == [
        SubsidyApplied.model_validate({**about, "claim_no": claim["claim_no"]}),
        *(SubsidyReviewed.model_validate({**about, "step": step, "passed": True}) for step in steps),
        SubsidyCommitted.model_validate({**about, "voucher_no": "610703-202603-00002"}),
        SubsidyDisbursed.model_validate(
            {**about, "voucher_no": "610703-202603-00004", "coefficient_hundredths": 110}
        ),
    ]


async def test_the_trial_balance_shows_the_whole_way_of_the_money(district: District) -> None:
    await district.settle()
    await district.budget()
    await district.claim_after("payment")

    trial = await district.trial()

    assert trial["balanced"]
    assert {row["account"]: row["closing_fen"] for row in trial["accounts"]} == {
        "9001": 100_000_000,
        "9101": 100_000_000 - AMOUNT,
        "9102": 0,
        "9103": 0,
        "9104": AMOUNT,
        "5001": AMOUNT,
        "2307": 0,
        "4001": AMOUNT,
        "7101": AMOUNT,
        "6001": AMOUNT,
    }


async def test_the_amount_is_shown_with_everything_it_rests_on(district: District) -> None:
    await district.settle()
    grade_event = await district.grade("AA")

    claim = await district.claim_after("second-review")

    assessment = (await district.claim(claim["id"]))["assessment"]
    assert {name: assessment[name] for name in ("grade", "coefficient_hundredths", "grade_event_id")} == {
        "grade": "AA",
        "coefficient_hundredths": 100,
        "grade_event_id": str(grade_event),
    }
    assert assessment["parts"] == [{"year_of_service": 1, "months": 3, "rate_fen": 30, "gross_fen": GROSS}]
    assert (assessment["area_m2x100"], assessment["service_start"]) == (1_234_567, "2025-03-15")
    assert claim["amount_fen"] == GROSS


@pytest.mark.parametrize(
    ("desk", "before", "path"),
    [
        ("publisher", "second-review", "publicity"),
        ("finance", "approval", "accrual"),
        ("finance", "accrual", "payment"),
        ("accountant", "accrual", "payment"),
    ],
)
async def test_nobody_has_two_duties_in_one_claim(
    district: District, desk: str, before: str, path: str
) -> None:
    await district.settle()
    await district.budget()
    claim = await district.claim_after(before)
    if path == "publicity":
        await district.post("finance", f"/claims/{claim['id']}/money-review", {"opinion": "可"})
        desk = "authority"
    known = await district.claim(claim["id"])

    answer = await district.post(
        desk, f"/claims/{claim['id']}/{path}", {"receipt_no": "B"} if path == "payment" else None
    )

    assert problem(answer) == (403, "person-acted-before")
    assert await district.claim(claim["id"]) == known


async def test_who_filed_a_claim_in_the_community_does_not_check_it(district: District) -> None:
    await district.settle()
    claim = await district.draft("community")
    await district.post("community", f"/claims/{claim['id']}/submission")

    answer = await district.post("community", f"/claims/{claim['id']}/check", {"opinion": "属实"})

    assert problem(answer) == (403, "person-acted-before")


async def test_only_the_applicant_submits_a_draft(district: District) -> None:
    await district.settle()
    claim = await district.draft("community")

    answer = await district.post("manager", f"/claims/{claim['id']}/submission")

    assert problem(answer) == (403, "applicant-only")


async def test_a_returned_claim_is_corrected_by_its_applicant_and_checked_by_the_same_desk(
    district: District,
) -> None:
    await district.settle()
    claim = await district.submitted()
    address = f"/claims/{claim['id']}"

    returned = await district.post(
        "community", f"{address}/check", {"decision": "return", "opinion": "期间有误"}
    )
    form = {name: district.form()[name] for name in ("account_holder", "bank_account")}
    corrected = await district.put(
        "manager", f"{address}/form", {**form, "first_month": "2026-01", "last_month": "2026-02"}
    )
    again = await district.post("manager", f"{address}/submission")
    checked = await district.post("community", f"{address}/check", {"opinion": "属实"})

    assert [r.json()["status"] for r in (returned, corrected, again, checked)] == [
        "returned",
        "returned",
        "submitted",
        "checked",
    ]
    shown = await district.claim(claim["id"])
    assert (shown["first_month"], shown["last_month"], shown["estimated_fen"]) == (
        "2026-01",
        "2026-02",
        814_814,
    )


async def test_the_account_is_sealed_and_shows_its_last_four_digits(district: District) -> None:
    await district.settle()

    claim = await district.draft()

    async with district.database.pool.acquire() as connection:
        sealed = await connection.fetchval("SELECT bank_account FROM claims")
    assert claim["bank_account"] == "****6789"
    assert "6222021001123456789" not in sealed


async def test_after_a_change_of_keys_the_account_is_sealed_anew(
    district: District, use_seal_keys: UseSealKeys
) -> None:
    old, new = (base64.b64encode(letter * 32).decode() for letter in (b"o", b"n"))
    use_seal_keys(f"old:{old}")
    await district.settle()
    await district.draft()
    use_seal_keys(f"new:{new},old:{old}")

    done = await reseal(district.database, columns=SERVICE.sealed, clock=district.clock)
    use_seal_keys(f"new:{new}")

    async with district.database.pool.acquire() as connection:
        sealed = await connection.fetchval("SELECT bank_account FROM claims")
    assert (done, ACCOUNT.open(sealed)) == (1, "6222021001123456789")


@pytest.mark.parametrize(
    ("status", "actions"),
    [
        ("manager", []),
        ("authority", []),
        ("community", ["check"]),
        ("town", []),
    ],
)
async def test_a_claim_says_what_the_reader_may_do_next(
    district: District, status: str, actions: list[str]
) -> None:
    await district.settle()
    claim = await district.submitted()

    shown = await district.claim(claim["id"], desk=status)

    assert [action for action in shown["allowed_actions"] if action != "withdraw"] == actions
    assert ("withdraw" in shown["allowed_actions"]) == (status == "manager")
