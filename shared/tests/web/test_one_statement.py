"""A route of one statement commits by itself, and records no facts."""

from dataclasses import replace
from uuid import UUID

import httpx
import pytest
from sample_service import ADD, SAMPLE, ThingNamed, thing_of

from shared.identity import Permission, Role
from shared.kernel import new_id
from shared.storage import Database
from shared.testing import SettableClock, as_role
from shared.testing.clients import read_test_token
from shared.web import CurrentWork, Router, View, needs

OFFICER = as_role(Role.AUTHORITY_OFFICER, "610703")
router = Router(prefix="/quick", tags=["quick"])


class Id(View):
    id: UUID


@router.post("/{word}")
@needs(Permission.ESTATE_REGISTER, one_statement=True)
async def add(word: str, work: CurrentWork) -> Id:
    """Add a thing, in one statement; afterwards do what the word says."""
    thing = new_id()
    await work.commit_with(ADD, id=thing, name=word, territory="610703001", version=1)
    if word == "fail":
        raise RuntimeError(word)
    if word == "publish":
        about = thing_of({"id": thing, "name": word, "territory": "610703001", "version": 1})  # type: ignore[arg-type]
        work.publish(ThingNamed(thing_id=thing, called=word), about=about)
    return Id(id=thing)


@pytest.fixture
def quick(database: Database, clock: SettableClock) -> httpx.AsyncClient:
    service = replace(SAMPLE, routers=[router])
    app = service.app(database=database, bearer=read_test_token, cursor_key=b"key", clock=clock)
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://gongzhi.test", headers=OFFICER)


async def things(database: Database) -> int:
    async with database.pool.acquire() as connection:
        return int(await connection.fetchval("SELECT count(*) FROM things"))


async def test_what_it_changed_is_committed_by_the_statement_itself(
    quick: httpx.AsyncClient, database: Database
) -> None:
    sound = await quick.post("/api/sample/quick/roof")
    failed = await quick.post("/api/sample/quick/fail")

    assert (sound.status_code, failed.status_code) == (200, 500)
    assert await things(database) == 2


async def test_with_a_key_it_runs_in_a_transaction_and_once(
    quick: httpx.AsyncClient, database: Database
) -> None:
    answers = [await quick.post("/api/sample/quick/roof", headers={"idempotency-key": "k"}) for _ in range(2)]
    failed = await quick.post("/api/sample/quick/fail", headers={"idempotency-key": "f"})

    assert answers[0].json() == answers[1].json()
    assert failed.status_code == 500
    assert await things(database) == 1


async def test_a_fact_that_nothing_would_keep_is_a_fault_of_the_program(quick: httpx.AsyncClient) -> None:
    answer = await quick.post("/api/sample/quick/publish")

    assert answer.status_code == 500
