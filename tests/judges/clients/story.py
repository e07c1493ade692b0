"""The story from estate to payment, told through a client that openapi-python-client made of the document.

    BOX_URL=… ORG=… TOKEN_TOWN=… TOKEN_COMMUNITY=… python story.py

Run by the test beside it, with the generated package `gongzhi_client` in the path.
"""

import json
import os
import time
from collections.abc import Callable
from datetime import date, timedelta
from types import ModuleType
from typing import Any, TypeVar
from uuid import UUID

from gongzhi_client import AuthenticatedClient
from gongzhi_client.api.credit_rating_companies import show_company
from gongzhi_client.api.credit_rating_entry import enter_company
from gongzhi_client.api.credit_rating_items import confirm_credit_item, record_credit_item
from gongzhi_client.api.dispute_mediation_complaints import (
    accept_complaint,
    assign_complaint,
    file_complaint,
    resolve_complaint,
    show_complaint,
    sign_complaint,
)
from gongzhi_client.api.estate_registry_contracts import record_contract
from gongzhi_client.api.estate_registry_estates import list_estates, update_estate
from gongzhi_client.api.estate_registry_modes import switch_mode
from gongzhi_client.api.estate_registry_operators import assign_operator
from gongzhi_client.api.estate_registry_registration import register_estate
from gongzhi_client.api.subsidy_ledger_books import show_trial_balance
from gongzhi_client.api.subsidy_ledger_budgets import approve_budget
from gongzhi_client.api.subsidy_ledger_claims import (
    accrue_claim,
    approve_claim,
    check_claim,
    end_publicity,
    open_claim,
    pay_claim,
    review_claim_first,
    review_claim_money,
    review_claim_second,
    start_publicity,
    submit_claim,
)
from gongzhi_client.models import (
    CreditRatingNewCompany,
    CreditRatingNewItem,
    DisputeMediationAcceptance,
    DisputeMediationAssignment,
    DisputeMediationNewComplaint,
    DisputeMediationResolutionEntry,
    EstateRegistryAssignment,
    EstateRegistryEstateView,
    EstateRegistryModeSwitch,
    EstateRegistryProfileChange,
    EstateRegistryRegistration,
    EstateRegistrySigning,
    SubsidyLedgerApproval,
    SubsidyLedgerClaimView,
    SubsidyLedgerMoneyReview,
    SubsidyLedgerNewBudget,
    SubsidyLedgerNewClaim,
    SubsidyLedgerPayment,
    SubsidyLedgerReview,
)

DISTRICT = "610703"
COMMUNITY = "610703001001"
SERVED_DAYS = 200
MONTHS = 3
PATIENCE_SECONDS = 60
BASE_ITEMS = [f"B{number:02d}" for number in range(1, 13)]
TODAY = date.fromisoformat(os.environ["TODAY"])
ORG = os.environ["ORG"]
MARK = str(time.time_ns())[-12:]


def acting(who: str) -> AuthenticatedClient:
    return AuthenticatedClient(
        base_url=os.environ["BOX_URL"], token=os.environ[f"TOKEN_{who}"], raise_on_unexpected_status=True
    )


town, community, authority = acting("TOWN"), acting("COMMUNITY"), acting("AUTHORITY")
finance, accountant, treasury = acting("FINANCE"), acting("ACCOUNTANT"), acting("TREASURY")
publisher, authority_lead, manager = acting("PUBLISHER"), acting("AUTHORITY_LEAD"), acting("MANAGER")


Result = TypeVar("Result")


def good(operation: ModuleType, *arguments: object, **named: object) -> Any:  # noqa: ANN401 - of each its own
    """Call an operation whose answer must be a good one; return what it parsed."""
    answer = operation.sync_detailed(*arguments, **named)
    assert 200 <= answer.status_code < 300, (operation.__name__, answer.status_code, answer.content.decode())
    return answer.parsed


def travelled(attempt: Callable[[], Result], what: str) -> Result:
    """Try until it comes out: another service learns of a fact a moment later."""
    until, last = time.monotonic() + PATIENCE_SECONDS, None
    while time.monotonic() < until:
        try:
            return attempt()
        except AssertionError as not_yet:
            last = not_yet
            time.sleep(0.2)
    raise TimeoutError(what) from last


def registered() -> EstateRegistryEstateView:
    """Register an estate, find it, change it once; the second change of one version is refused."""
    name = f"客户端小区{MARK}"
    body = EstateRegistryRegistration(
        territory=COMMUNITY, name=name, address=f"客户端路{MARK}号", households=120, area_m2x100=1_200_000
    )
    estate = good(register_estate, client=town, body=body, idempotency_key=MARK)
    assert [one.id for one in good(list_estates, client=town, name=name).items] == [estate.id]
    change = EstateRegistryProfileChange(households=121)
    seen = f'"{estate.version}"'
    changed = good(update_estate, estate.id, client=authority, body=change, if_match=seen)
    refused = update_estate.sync_detailed(estate.id, client=authority, body=change, if_match=seen)
    assert (changed.households, refused.status_code, refused.parsed.status) == (121, 412, 412)
    return changed


def resolved() -> tuple[UUID, str]:
    """File a complaint at the community's window and bring it to its result."""
    filed = DisputeMediationNewComplaint.from_dict(
        {
            "channel": "community_window",
            "leaf": "SRV-01",
            "text": "垃圾四天没人清运。",
            "territory": COMMUNITY,
            "anonymous": True,
        }
    )
    case_id = good(file_complaint, client=community, body=filed).id
    good(accept_complaint, case_id, client=town, body=DisputeMediationAcceptance(leaf="SRV-01"))
    good(assign_complaint, case_id, client=town, body=DisputeMediationAssignment())
    good(sign_complaint, case_id, client=town)
    result = {"result": "solved", "liability": "none", "reply": "已清运。"}
    good(resolve_complaint, case_id, client=town, body=DisputeMediationResolutionEntry.from_dict(result))
    return case_id, str(good(show_complaint, case_id, client=town).state)


def taken_over(estate: EstateRegistryEstateView) -> None:
    """Enter a company, confirm its credit items, let it take the estate over; wait for its first grade."""
    company = CreditRatingNewCompany.from_dict(
        {
            "org": ORG,
            "company_name": f"客户端物业{MARK}有限公司",
            "registry_status": "existing",
            "business_scope": "物业服务",
            "territory": DISTRICT,
        }
    )
    good(enter_company, client=authority, body=company)
    for code in BASE_ITEMS:
        entry = CreditRatingNewItem.from_dict({"code": code, "evidence": "现场核验材料"})
        item = good(record_credit_item, ORG, client=authority, body=entry)
        good(confirm_credit_item, item.id, client=authority_lead)
    start = TODAY - timedelta(days=SERVED_DAYS)
    contract = EstateRegistrySigning(
        contract_no=f"HT-{MARK}",
        org=ORG,
        estate_ids=[estate.id],
        fee_fen_per_m2_month=50,
        start=start,
        end=start + timedelta(days=3 * 365),
        signed_on=start,
    )
    signed = travelled(
        lambda: good(record_contract, client=town, body=contract), "the company in the register"
    )
    operator = {
        "kind": "company",
        "org": ORG,
        "contract_id": str(signed.id),
        "start": start.isoformat(),
        "reason": "业主大会选聘",
    }
    good(assign_operator, estate.id, client=town, body=EstateRegistryAssignment.from_dict(operator))
    mode = {"mode": "standard_property", "start": start.isoformat(), "reason": "签订物业服务合同"}
    good(switch_mode, estate.id, client=town, body=EstateRegistryModeSwitch.from_dict(mode))
    travelled(rated, "the first grade")


def rated() -> None:
    assert good(show_company, ORG, client=authority).rated


def paid(estate: EstateRegistryEstateView) -> SubsidyLedgerClaimView:
    """Claim three months' subsidy; every desk reviews, nobody acts twice, and it is paid."""
    budgeted()
    form = SubsidyLedgerNewClaim(
        programme="P02",
        estate_id=estate.id,
        payee=ORG,
        first_month=month_back(MONTHS),
        last_month=month_back(1),
        account_holder=f"客户端物业{MARK}有限公司",
        bank_account="6222020200112233445",
    )
    claim = travelled(
        lambda: good(open_claim, client=manager, body=form), "estate and company in the ledger"
    ).id
    good(submit_claim, claim, client=manager)
    passed = SubsidyLedgerReview(opinion="材料齐全，情况属实。")
    good(check_claim, claim, client=community, body=passed)
    good(review_claim_first, claim, client=town, body=passed)
    travelled(
        lambda: good(review_claim_second, claim, client=authority, body=passed), "the grade in the ledger"
    )
    money = SubsidyLedgerMoneyReview(opinion="预算内。", control_no=f"CZ-{MARK}")
    good(review_claim_money, claim, client=finance, body=money)
    good(start_publicity, claim, client=publisher)
    good(end_publicity, claim, client=publisher, body=passed)
    approval = SubsidyLedgerApproval(opinion="同意。", approval_no=f"PF-{MARK}")
    good(approve_claim, claim, client=authority_lead, body=approval)
    good(accrue_claim, claim, client=accountant)
    receipt = SubsidyLedgerPayment(receipt_no=f"HD-{MARK}")
    twice = pay_claim.sync_detailed(claim, client=accountant, body=receipt)
    assert (twice.status_code, twice.parsed.type_) == (403, "/api/problems/person-acted-before")
    return good(pay_claim, claim, client=treasury, body=receipt)


def budgeted() -> None:
    """Approve the budget of the year claimed for, unless there is one."""
    budget = SubsidyLedgerNewBudget(
        programme="P02",
        year=int(month_back(1)[:4]),
        territory=DISTRICT,
        approved_fen=50_000_000,
        document_no=f"财预 {MARK} 号",
    )
    answer = approve_budget.sync_detailed(client=finance, body=budget)
    assert answer.status_code == 201 or answer.parsed.type_ == "/api/problems/budget-exists", answer.content


def balanced() -> bool:
    """Say whether debits equal credits in every book of the district."""
    balance = good(show_trial_balance, client=finance, ledger=DISTRICT, month=f"{TODAY:%Y-%m}")
    books: dict[str, int] = {}
    for account in balance.accounts:
        books[account.book] = books.get(account.book, 0) + account.debit_fen - account.credit_fen
    return bool(books) and not any(books.values())


def month_back(count: int) -> str:
    months = TODAY.year * 12 + TODAY.month - 1 - count
    return f"{months // 12}-{months % 12 + 1:02d}"


if __name__ == "__main__":
    kept = registered()
    complaint_id, state = resolved()
    taken_over(kept)
    claim = paid(kept)
    print(
        json.dumps(
            {
                "estate": str(kept.id),
                "complaint": str(complaint_id),
                "state": state,
                "claim": str(claim.status),
                "paid_fen": claim.amount_fen,
                "balanced": balanced(),
            }
        )
    )
