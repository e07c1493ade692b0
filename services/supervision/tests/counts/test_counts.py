"""Counts per town, read by HTTP."""

from typing import Any

import httpx
import pytest
from supervision_samples import (
    API,
    EVERYTHING,
    Hear,
    complaint_accepted,
    complaint_overdue,
    complaint_received,
    estate_registered,
    item_assigned,
    item_overdue,
    mode_changed,
    nth,
    operator_assigned,
    paid,
)

from shared.identity import Role
from shared.testing import as_role

COUNTS = f"{API}/counts"
OFFICER = as_role(Role.AUTHORITY_OFFICER)
OTHER = nth(0, 2)


@pytest.fixture
async def counts(client: httpx.AsyncClient, hear: Hear) -> dict[str, Any]:
    """Return the counts of a district of two towns: one that all was told of, one with little."""
    await hear(*EVERYTHING)
    await hear(
        estate_registered(OTHER, code="610703002-0001-7", territory="610703002", households=70),
        mode_changed("community_management", estate_id=OTHER),
        operator_assigned(nth(1, 2), estate_id=OTHER),
        complaint_received(nth(4, 9), estate_id=OTHER),
        complaint_accepted(nth(4, 9), estate_id=OTHER),
        complaint_overdue("due", nth(4, 9), estate_id=OTHER),
        paid(1_000, "J9", estate_id=OTHER, claim_id=nth(7, 9)),
        paid(-400, "J10", estate_id=OTHER, claim_id=nth(7, 9)),
    )
    answer = await client.get(COUNTS, params={"territory": "610703"}, headers=OFFICER)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def test_each_town_has_its_own_figures(counts: dict[str, Any]) -> None:
    first, second = counts["towns"]

    assert (counts["as_of"], first["territory"], second["territory"]) == (
        "2026-03-02",
        "610703001",
        "610703002",
    )
    assert first["figures"] == {
        "estates": 1,
        "households": 130,
        "modes": {
            "standard_property": 1,
            "quasi_service": 0,
            "owner_self_rule": 0,
            "community_management": 0,
        },
        "coverage": {"part": 130, "whole": 130, "percent": "100.00%"},
        "service_coverage": {"part": 130, "whole": 130, "percent": "100.00%"},
        "complaints": {"received": 0, "accepted": 1, "resolved": 1, "rejected": 1, "merged": 1},
        "complaints_overdue": 0,
        "complaints_on_time": {"part": 0, "whole": 1, "percent": "0.00%"},
        "items": 3,
        "items_open": 1,
        "items_verified": 2,
        "items_verified_on_time": 1,
        "overdue_items": {"part": 1, "whole": 3, "percent": "33.33%"},
        "subsidies_paid_fen": 450_000,
    }
    assert second["figures"]["complaints_overdue"] == 1
    assert second["figures"]["subsidies_paid_fen"] == 600


def test_the_fallback_of_the_community_is_coverage_but_no_service(counts: dict[str, Any]) -> None:
    second = counts["towns"][1]["figures"]

    assert second["coverage"] == {"part": 70, "whole": 70, "percent": "100.00%"}
    assert second["service_coverage"] == {"part": 0, "whole": 70, "percent": "0.00%"}
    assert counts["total"]["service_coverage"] == {"part": 130, "whole": 200, "percent": "65.00%"}


async def test_an_estate_without_an_operator_is_not_served(client: httpx.AsyncClient, hear: Hear) -> None:
    await hear(estate_registered(), mode_changed("quasi_service"))

    total = (await client.get(COUNTS, headers=OFFICER)).json()["total"]

    assert (total["coverage"]["part"], total["service_coverage"]["part"]) == (0, 0)
    assert total["modes"]["quasi_service"] == 1


async def test_duties_at_no_estate_are_in_no_town(client: httpx.AsyncClient, hear: Hear) -> None:
    await hear(estate_registered(), item_assigned(estate_id=None), item_overdue(estate_id=None))

    total = (await client.get(COUNTS, headers=OFFICER)).json()["total"]

    assert total["items"] == 0


async def test_a_town_officer_counts_the_own_town_and_no_more(client: httpx.AsyncClient, hear: Hear) -> None:
    await hear(
        estate_registered(),
        estate_registered(OTHER, code="610703002-0001-7", territory="610703002"),
    )
    officer = as_role(Role.TOWN_OFFICER, "610703002")

    own = (await client.get(COUNTS, headers=officer)).json()
    district = await client.get(COUNTS, params={"territory": "610703"}, headers=officer)

    assert (own["territory"], [town["territory"] for town in own["towns"]]) == ("610703002", ["610703002"])
    assert (district.status_code, district.json()["type"]) == (403, "/api/problems/outside-territory")


async def test_a_province_is_too_wide_for_one_page(client: httpx.AsyncClient) -> None:
    answer = await client.get(COUNTS, headers=as_role(Role.AUDITOR, "61"))

    assert (answer.status_code, answer.json()["type"]) == (403, "/api/problems/counted-too-widely")
