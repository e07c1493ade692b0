import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import httpx
import pytest

from estate_registry.imports import chunks
from estate_registry.imports.commands import IMPORT_CHUNK, IMPORT_READ
from estate_registry.imports.domain import Known
from estate_registry.imports.storage import known_by_key, save_import
from estate_registry.main import SERVICE
from shared.identity import Role
from shared.kernel import Actor
from shared.storage import Database, Occasion
from shared.tasks import TaskRunner, schedule
from shared.testing import SettableClock, as_role, recorded_events, run_due_tasks

URL = "/api/estate-registry/estate-imports"
PROBLEM = "/api/problems/"
OFFICER = as_role(Role.AUTHORITY_OFFICER)
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
OUTCOMES = ("taken", "repaired", "refused", "unchanged")
AllEstates = Callable[[], Awaitable[list[dict[str, Any]]]]
TakeIn = Callable[..., Awaitable[dict[str, Any]]]


def counts(view: dict[str, Any]) -> tuple[int, ...]:
    assert view["rows"] == view["done"] == sum(view[outcome] for outcome in OUTCOMES)
    return tuple(view[outcome] for outcome in OUTCOMES)


def listing(rows: int, *, first: int = 0) -> bytes:
    lines = (f"{n},第{n}小区,汉山路{n}号,1990,{n % 9 + 1}" for n in range(first, first + rows))
    return "\n".join(["编号,名称,地址,建成年份,楼栋数", *lines]).encode()


async def test_progress_shows_after_each_chunk_and_a_cancelled_import_keeps_what_it_registered(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
    all_estates: AllEstates,
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 10)
    begun = await client.post(
        URL, params={"territory": "610703001", "source": "底册"}, content=listing(35), headers=OFFICER
    )
    url = begun.headers["location"]
    runner = TaskRunner(service=SERVICE.name, database=database, handlers=SERVICE.tasks, clock=clock)
    progress = []

    for _ in range(3):
        await runner.step()
        view = (await client.get(url, headers=OFFICER)).json()
        progress.append((view["state"], view["rows"], view["done"]))
    cancelled = await client.post(f"{url}/cancellation", headers=OFFICER)
    await run_due_tasks(SERVICE, database, clock)

    assert progress == [("running", 35, 0), ("running", 35, 10), ("running", 35, 20)]
    assert (cancelled.json()["state"], cancelled.json()["done"]) == ("cancelled", 20)
    assert len(await all_estates()) == 20
    again = await client.post(f"{url}/cancellation", headers=OFFICER)
    assert (again.status_code, again.json()["type"]) == (409, PROBLEM + "step-not-allowed")


async def test_a_worker_killed_in_the_middle_leaves_nothing_half_done_and_the_next_goes_on(
    client: httpx.AsyncClient,
    database: Database,
    clock: SettableClock,
    monkeypatch: pytest.MonkeyPatch,
    all_estates: AllEstates,
) -> None:
    monkeypatch.setattr(chunks, "CHUNK_ROWS", 10)
    begun = await client.post(
        URL, params={"territory": "610703001", "source": "底册"}, content=listing(35), headers=OFFICER
    )
    calls = Counter[str]()

    async def dying(*args: Any) -> None:  # noqa: ANN401 - stands in for save_import
        calls["saves"] += 1
        if calls["saves"] == 3:
            raise asyncio.CancelledError
        await save_import(*args)

    monkeypatch.setattr("estate_registry.imports.chunks.save_import", dying)
    with pytest.raises(asyncio.CancelledError):
        await run_due_tasks(SERVICE, database, clock)
    assert len(await all_estates()) == 10

    await run_due_tasks(SERVICE, database, clock)

    view = (await client.get(begun.headers["location"], headers=OFFICER)).json()
    assert (view["state"], counts(view)) == ("finished", (35, 0, 0, 0))
    codes = [estate["code"][:14] for estate in await all_estates()]
    assert codes == [f"610703001-{number:04d}" for number in range(1, 36)]


async def test_a_town_whose_serials_are_used_up_ends_the_import_with_the_reason(
    take_in: TakeIn, database: Database, all_estates: AllEstates
) -> None:
    async with database.pool.acquire() as connection:
        await connection.execute("INSERT INTO estate_serials VALUES ('610703001', 9998)")

    view = await take_in(listing(3), territory="610703001")

    assert (view["state"], view["done"]) == ("failed", 0)
    assert "610703001" in view["fault"]
    assert await all_estates() == []
    assert await recorded_events(database) == []


@pytest.mark.parametrize("kind", [IMPORT_READ, IMPORT_CHUNK])
async def test_a_task_that_comes_after_the_end_does_nothing(
    client: httpx.AsyncClient, database: Database, clock: SettableClock, take_in: TakeIn, kind: str
) -> None:
    view = await take_in(listing(3), territory="610703001")
    events = await recorded_events(database)
    async with database.begin(Occasion(actor=Actor.system("test"), now=clock())) as work:
        await schedule(work, kind=kind, key=view["id"], due_at=clock())

    assert await run_due_tasks(SERVICE, database, clock) == 1

    assert (await client.get(f"{URL}/{view['id']}", headers=OFFICER)).json() == view
    assert await recorded_events(database) == events


async def test_a_change_by_another_in_the_midst_of_a_chunk_has_it_tried_again(
    client: httpx.AsyncClient, clock: SettableClock, database: Database, take_in: TakeIn
) -> None:
    await take_in("编号,名称,户数\n1,汉山小区,100\n".encode(), territory="610703001")
    begun = await client.post(
        URL,
        params={"territory": "610703001", "source": "底册"},
        content="编号,名称,户数\n1,汉山小区,120\n".encode(),
        headers=OFFICER,
    )
    runner = TaskRunner(service=SERVICE.name, database=database, handlers=SERVICE.tasks, clock=clock)
    await runner.step()

    async def overtaken(*args: Any, **given: Any) -> dict[str, Known]:  # noqa: ANN401 - stands in for known_by_key
        known = await known_by_key(*args, **given)
        stale = {key: replace(one.estate, version=one.estate.version - 1) for key, one in known.items()}
        return {key: replace(one, estate=stale[key]) for key, one in known.items()}

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("estate_registry.imports.ledger.known_by_key", overtaken)
        await runner.step()
    assert (await client.get(begun.headers["location"], headers=OFFICER)).json()["done"] == 0
    clock.advance(timedelta(minutes=1))
    await run_due_tasks(SERVICE, database, clock)

    view = (await client.get(begun.headers["location"], headers=OFFICER)).json()
    assert (view["state"], counts(view)) == ("finished", (0, 1, 0, 0))
