"""Nobody sees personal data in the clear without a reason, and each look leaves a row."""

import pytest

from shared.kernel import Actor, Scope
from shared.privacy import NoReason, record_clear_view
from shared.storage import Database, Occasion
from shared.testing import SettableClock

OFFICER = Actor(person="p-7", role="R07", scope=Scope("610703"), on_behalf_of="p-8")


@pytest.fixture
def occasion(clock: SettableClock) -> Occasion:
    return Occasion(actor=OFFICER, now=clock(), origin="10.0.0.7")


async def views(database: Database, occasion: Occasion) -> list[tuple[object, ...]]:
    async with database.read(occasion) as work:
        rows = await work.connection.fetch(
            "SELECT at, person, role, on_behalf_of, subject, field, reason, origin FROM clear_views"
        )
    return [tuple(row.values()) for row in rows]


async def test_a_clear_view_leaves_who_what_when_and_why(database: Database, occasion: Occasion) -> None:
    async with database.begin(occasion) as work:
        await record_clear_view(work, subject="complaint-1", field="caller_phone", reason=" 回访核实 ")

    assert await views(database, occasion) == [
        (occasion.now, "p-7", "R07", "p-8", "complaint-1", "caller_phone", "回访核实", "10.0.0.7")
    ]


@pytest.mark.parametrize("reason", [None, "", " \n"])
async def test_without_a_reason_nothing_is_shown_and_nothing_logged(
    database: Database, occasion: Occasion, reason: str | None
) -> None:
    async with database.begin(occasion) as work:
        with pytest.raises(NoReason, match="caller_phone"):
            await record_clear_view(work, subject="complaint-1", field="caller_phone", reason=reason)

    assert await views(database, occasion) == []
