from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx

from shared.contracts.estate_registry import (
    OperatorAssigned,
)
from shared.identity import Role
from shared.storage import Database
from shared.testing import as_role, recorded_events

URL = "/api/estate-registry/estates"
PROBLEM = "/api/problems/"
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
COMMUNITY_WORKER = as_role(Role.COMMUNITY_WORKER, "610703001001")

MakeEstate = Callable[..., Awaitable[dict[str, Any]]]


async def test_the_record_can_be_moved_back_for_an_operator_that_has_long_served(
    client: httpx.AsyncClient, make_estate: MakeEstate, database: Database
) -> None:
    estate = await make_estate()

    response = await client.put(
        f"{URL}/{estate['id']}/service-since", json={"day": "2010-07-01"}, headers=TOWN_OFFICER
    )

    assert response.json() == estate | {"covered_from": "2010-07-01", "version": 2}
    modes = (await client.get(f"{URL}/{estate['id']}/modes")).json()["items"]
    operators = (await client.get(f"{URL}/{estate['id']}/operators")).json()["items"]
    assert [one["start"] for one in (*modes, *operators)] == ["2010-07-01", "2010-07-01"]
    told = (await recorded_events(database))[-1]
    assert isinstance(told, OperatorAssigned)
    assert (str(told.assignment_id), told.start) == (operators[0]["id"], date(2010, 7, 1))


async def test_the_record_cannot_be_moved_forward(client: httpx.AsyncClient, make_estate: MakeEstate) -> None:
    estate = await make_estate()

    response = await client.put(
        f"{URL}/{estate['id']}/service-since", json={"day": "2025-01-01"}, headers=TOWN_OFFICER
    )

    assert (response.status_code, response.json()["type"]) == (409, PROBLEM + "service-since-not-earlier")
