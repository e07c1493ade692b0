from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from estate_registry.contracts.domain import common_territory
from shared.contracts.estate_registry import ServiceContractSigned
from shared.identity import Role
from shared.storage import Database
from shared.testing import as_role, recorded_events

URL = "/api/estate-registry/contracts"
ESTATES = "/api/estate-registry/estates"
PROBLEM = "/api/problems/"
OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
ORG = "91610703MA6YW8X13N"
OTHER = "91610703MA6YT3K7X1"
MakeEstate = Callable[..., Awaitable[dict[str, Any]]]

pytestmark = pytest.mark.usefixtures("companies")


def contract(estate: dict[str, Any], **given: object) -> dict[str, object]:
    return {
        "contract_no": "HT-2026-001",
        "org": ORG,
        "estate_ids": [estate["id"]],
        "fee_fen_per_m2_month": 60,
        "start": "2026-01-01",
        "end": "2028-01-01",
        "signed_on": "2025-12-20",
        **given,
    }


async def sign(client: httpx.AsyncClient, estate: dict[str, Any], **given: object) -> httpx.Response:
    return await client.post(URL, json=contract(estate, **given), headers=OFFICER)


async def test_a_signed_contract_starts_its_clocks_and_is_told(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()

    response = await sign(client, estate)

    assert response.status_code == 201
    view = response.json()
    assert view == {
        "id": view["id"],
        "contract_no": "HT-2026-001",
        "territory": "610703001001",
        "org": ORG,
        "estate_ids": [estate["id"]],
        "fee_fen_per_m2_month": 60,
        "start": "2026-01-01",
        "end": "2028-01-01",
        "ends_on": "2028-01-01",
        "signed_on": "2025-12-20",
        "status": "signed",
        # 30 natural days after 20 December end on 19 January, a working day (K-13, T-01).
        "filing_due": "2026-01-19",
        "filing_overdue": False,
        "filed_on": None,
        "filing_no": None,
        "dismissal_notice_days": 60,
        "renewal_notice_days": 90,
        # 90 days before 1 January 2028 (K-09).
        "renewal_notice_by": "2027-10-03",
        "notice_served_on": None,
        "end_reason": None,
        "allowed_actions": ["file", "end"],
        "version": 1,
    }
    assert (await client.get(f"{URL}/{view['id']}", headers=OFFICER)).json() == view
    assert (await recorded_events(database))[-1] == ServiceContractSigned(
        contract_id=view["id"],
        contract_no="HT-2026-001",
        estate_ids=[estate["id"]],
        org=ORG,
        fee_fen_per_m2_month=60,
        start=date(2026, 1, 1),
        end=date(2028, 1, 1),
        signed_on=date(2025, 12, 20),
        filing_due=date(2026, 1, 19),
    )


async def test_a_contract_may_have_terms_of_notice_of_its_own(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    response = await sign(client, await make_estate(), dismissal_notice_days=30, renewal_notice_days=120)

    view = response.json()
    assert (view["dismissal_notice_days"], view["renewal_notice_by"]) == (30, "2027-09-03")


@pytest.mark.parametrize(
    ("given", "status", "problem"),
    [
        ({"org": "91610703MAB0H9Q268"}, 409, "company-unknown"),
        ({"end": "2026-01-01"}, 422, "invalid-input"),
        ({"estate_ids": []}, 422, "invalid-input"),
        ({"estate_ids": ["01900000-0000-7000-8000-000000000001"]}, 404, "estate-not-found"),
        ({"fee_fen_per_m2_month": 0.5}, 422, "invalid-input"),
        ({"signed_on": "9999-12-31"}, 422, "invalid-input"),
    ],
)
async def test_what_cannot_be_signed_is_refused(
    client: httpx.AsyncClient,
    make_estate: MakeEstate,
    database: Database,
    given: dict[str, object],
    status: int,
    problem: str,
) -> None:
    estate = await make_estate()
    before = await recorded_events(database)

    response = await sign(client, estate, **given)

    assert (response.status_code, response.json()["type"]) == (status, PROBLEM + problem)
    assert (await client.get(URL, headers=OFFICER)).json()["items"] == []
    assert await recorded_events(database) == before


async def test_one_area_has_one_company(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    estate = await make_estate()
    await sign(client, estate)

    answers = [
        await sign(client, estate, contract_no="HT-2", org=OTHER, start="2027-12-31", end="2029-01-01"),
        await sign(client, estate, contract_no="HT-3", org=OTHER, start="2028-01-01", end="2029-01-01"),
        await sign(client, estate, contract_no="HT-4", start="2027-01-01", end="2028-01-01"),
        await sign(client, estate, org=OTHER, start="2030-01-01", end="2031-01-01"),
    ]

    assert [answer.status_code for answer in answers] == [409, 201, 201, 409]
    assert answers[0].json()["type"] == PROBLEM + "area-has-contract"
    assert answers[3].json()["type"] == PROBLEM + "contract-no-taken"


async def test_an_operator_is_supported_by_a_contract_that_covers_it(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    estate, other = await make_estate(), await make_estate(name="别的小区")
    view = (await sign(client, estate)).json()

    async def assign(estate: dict[str, Any], start: str) -> httpx.Response:
        body = {"kind": "company", "org": ORG, "contract_id": view["id"], "start": start, "reason": "x"}
        return await client.post(f"{ESTATES}/{estate['id']}/operators", json=body, headers=OFFICER)

    answers = [
        await assign(other, "2026-01-01"),
        await assign(estate, "2025-12-31"),
        await assign(estate, "2026-01-01"),
    ]

    assert [answer.status_code for answer in answers] == [409, 409, 201]
    assert answers[0].json()["type"] == PROBLEM + "contract-does-not-cover"
    assert answers[2].json()["items"][-1]["contract_id"] == view["id"]


async def test_contracts_are_listed_by_company_and_estate(
    client: httpx.AsyncClient, make_estate: MakeEstate
) -> None:
    one, two = await make_estate(), await make_estate(name="别的小区")
    for number, (estate, org) in enumerate(((one, ORG), (two, OTHER), (two, OTHER))):
        await sign(
            client,
            estate,
            contract_no=f"HT-{number}",
            org=org,
            start=f"20{26 + 2 * number}-01-01",
            end=f"20{28 + 2 * number}-01-01",
        )

    async def numbers(**params: object) -> list[str]:
        answer = await client.get(URL, params=params, headers=OFFICER)  # type: ignore[arg-type]  # texts and numbers
        return [item["contract_no"] for item in answer.json()["items"]]

    assert await numbers() == ["HT-0", "HT-1", "HT-2"]
    assert await numbers(org=OTHER) == ["HT-1", "HT-2"]
    assert await numbers(estate_id=one["id"]) == ["HT-0"]
    first = (await client.get(URL, params={"limit": 2}, headers=OFFICER)).json()
    assert await numbers(limit=2, cursor=first["next_cursor"]) == ["HT-2"]
    assert (await client.get(URL)).status_code == 401


@pytest.mark.parametrize("role", [Role.PROJECT_MANAGER, Role.COMPANY_OFFICE])
async def test_a_company_sees_its_own_contracts_alone(
    client: httpx.AsyncClient, make_estate: MakeEstate, role: Role
) -> None:
    own = (await sign(client, await make_estate())).json()
    others = (await sign(client, await make_estate(name="别的小区"), contract_no="HT-2", org=OTHER)).json()

    async def seen(own_org: str | None, **params: str) -> list[str]:
        answer = await client.get(URL, params=params, headers=as_role(role, org=own_org))
        return [item["id"] for item in answer.json()["items"]]

    assert await seen(ORG) == [own["id"]]
    assert await seen(ORG, org=OTHER) == []
    assert await seen(None) == []
    company = as_role(role, org=ORG)
    assert (await client.get(f"{URL}/{own['id']}", headers=company)).json() == own
    refused = await client.get(f"{URL}/{others['id']}", headers=company)
    assert (refused.status_code, refused.json()["type"]) == (404, PROBLEM + "contract-not-found")


def test_a_contract_lies_in_the_narrowest_territory_of_its_estates() -> None:
    assert common_territory(["610703001001"]) == "610703001001"
    assert common_territory(["610703001001", "610703001002"]) == "610703001"
    assert common_territory(["610703001001", "610703002"]) == "610703"
    assert common_territory(["610703001", "620000"]) == ""
