"""A list that is led by town or district shows what it would show without, in the caller's scope alone."""

from typing import Final

import pytest
from sample_service import ADD, things
from sqlalchemy import select

from shared.kernel import Actor, Scope, new_id
from shared.storage import (
    DISTRICT,
    TOWN,
    Database,
    Listing,
    Occasion,
    Orders,
    Work,
    in_scope,
    within,
)
from shared.testing import SettableClock
from shared.testing.lists import rows_of

LED: Final = Listing(
    select(things).where(in_scope(things.c.territory)),
    orders=Orders("id", id=(things.c.id,), name=(things.c.name, things.c.id)),
    filters={"territory": within(things.c.territory)},
    led_by=things.c.territory,
    leads={"id": (TOWN, DISTRICT), "name": (DISTRICT,)},
)
PLACES: Final = ("610703", "610703001", "610703001002", "610703002001", "610704001001", "611002001001")


def occasion(territory: str) -> Occasion:
    actor = Actor(person="officer", role="R11", scope=Scope(territory), unit="610703:authority")
    return Occasion(actor=actor, now=SettableClock().now, reason="test")


def lead_for(scope: str, *, asked: str | None, order: str = "id") -> tuple[int, str] | None:
    values = LED.values({"territory": asked} if asked else {})
    lead = LED.lead(LED.orders[order], scope=Scope(scope), values=values)
    return (lead.digits, lead.parameter) if lead else None


@pytest.mark.parametrize("scope", ["", "61", "6107", "610703", "610703001", "610703001002"])
@pytest.mark.parametrize("asked", [None, "61", "610703", "610703001", "610703001002", "610704"])
async def test_rows_are_those_of_scope_and_filter(database: Database, scope: str, asked: str | None) -> None:
    async with database.begin(occasion("")) as work:
        for place in PLACES:
            await work.execute(ADD, id=new_id(), name="door", territory=place, version=1)
    async with database.read(occasion(scope)) as work:
        shown = await shown_to(work, asked)

    assert shown == {place for place in PLACES if place.startswith(scope) and place.startswith(asked or "")}


async def shown_to(work: Work, asked: str | None) -> set[str]:
    rows = await rows_of(work, LED, filters={"territory": asked} if asked else {})
    return {row["territory"] for row in rows}


@pytest.mark.parametrize(
    ("scope", "asked", "lead"),
    [
        ("61", None, None),
        ("6107", "610703", (DISTRICT, "within_low")),
        ("610703", None, (DISTRICT, "scope_low")),
        ("610703", "610703001", (TOWN, "within_low")),
        ("610703001", None, (TOWN, "scope_low")),
        ("610703001002", "610703", (TOWN, "scope_low")),
    ],
)
def test_the_closest_place_leads(scope: str, asked: str | None, lead: tuple[int, str] | None) -> None:
    assert lead_for(scope, asked=asked) == lead


def test_an_order_is_led_as_its_indexes_are() -> None:
    assert lead_for("610703001", asked=None, order="-id") == (TOWN, "scope_low")
    assert lead_for("610703001", asked=None, order="-name") == (DISTRICT, "scope_low")
