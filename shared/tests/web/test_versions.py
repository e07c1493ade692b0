"""Entity tags, reasons, keys: what header fields promise is held, or the request is refused."""

import asyncio

import httpx
import pytest
from sample_service import FACTS, SAMPLE, ThingNamed

from shared.identity import Permission, Role
from shared.kernel import Actor, new_id
from shared.service import Service
from shared.storage import Database, Occasion
from shared.testing import ServiceDatabase, SettableClock, as_role, read_test_token, recorded_events
from shared.web import CurrentWork, Router, needs
from shared.web.idempotency import _LOCK

OFFICER = as_role(Role.AUTHORITY_OFFICER)
THING = {"name": "屋顶", "territory": "610703001"}
THINGS = "/api/sample/things"


class About:
    id = new_id()
    territory = "610703"


def encoded(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


async def add(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    return await client.post(THINGS, json=THING, headers=OFFICER | headers)


def kind(answer: httpx.Response) -> str:
    return str(answer.json()["type"]).rpartition("/")[2]


async def test_a_tag_of_a_view_guards_a_change_too(client: httpx.AsyncClient) -> None:
    thing = (await add(client)).json()
    tag = (await client.get(f"{THINGS}/{thing['id']}")).headers["etag"]

    first = await client.put(f"{THINGS}/{thing['id']}/name", json=THING, headers=OFFICER | {"if-match": tag})
    again = await client.put(f"{THINGS}/{thing['id']}/name", json=THING, headers=OFFICER | {"if-match": tag})

    assert tag.startswith('"1.')
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')
    assert (again.status_code, kind(again)) == (412, "precondition-failed")


async def test_a_list_has_a_tag_that_changes_with_it(client: httpx.AsyncClient) -> None:
    before = (await client.get(THINGS, headers=OFFICER)).headers["etag"]
    await add(client)

    same = await client.get(THINGS, headers=OFFICER | {"if-none-match": f'"other", W/{before}'})
    tag = same.headers["etag"]
    unchanged = await client.get(THINGS, headers=OFFICER | {"if-none-match": f'"other", {tag}'})

    assert (same.status_code, tag != before) == (200, True)
    assert (unchanged.status_code, unchanged.content, unchanged.headers["etag"]) == (304, b"", tag)


@pytest.mark.parametrize("tag", ["9" * 5000, '"abc"', "W/", '"1.xyz"', "\u0661"])
async def test_a_version_that_is_none_is_refused(client: httpx.AsyncClient, tag: str) -> None:
    thing = (await add(client)).json()

    answer = await client.put(
        f"{THINGS}/{thing['id']}/name",
        json=THING,
        headers=httpx.Headers([*encoded(OFFICER), (b"if-match", tag.encode())]),
    )

    assert (answer.status_code, kind(answer)) == (400, "header-invalid")


async def test_a_version_that_nothing_is_compared_with_is_refused(
    client: httpx.AsyncClient, database: Database
) -> None:
    answer = await add(client, **{"if-match": '"1"'})

    assert (answer.status_code, kind(answer)) == (400, "version-not-compared")
    assert await recorded_events(database, catalogue=FACTS) == []


async def test_too_many_tags_at_once_are_refused(client: httpx.AsyncClient) -> None:
    answer = await client.get(THINGS, headers=OFFICER | {"if-none-match": '"a", ' * 500})

    assert (answer.status_code, kind(answer)) == (400, "header-invalid")


async def test_a_method_that_is_not_there_is_told_which_are(client: httpx.AsyncClient) -> None:
    answer = await client.delete(THINGS)

    assert (answer.status_code, answer.headers["allow"]) == (405, "GET, POST")


async def test_the_address_of_a_problem_is_a_reference(client: httpx.AsyncClient) -> None:
    answer = await client.get("/api/sample/没有 %25")

    assert answer.json()["instance"] == "/api/sample/%E6%B2%A1%E6%9C%89%20%25"


async def test_a_reason_is_kept_as_it_was_written(client: httpx.AsyncClient, database: Database) -> None:
    await client.post(
        THINGS, json=THING, headers=httpx.Headers([*encoded(OFFICER), (b"x-reason", "核查".encode())])
    )

    assert await database.pool.fetchval("SELECT reason FROM journal") == "核查"


@pytest.mark.parametrize("reason", ["核查".encode("gbk"), b"a" * 501, "\x85".encode()])
async def test_a_reason_that_cannot_be_kept_is_refused(client: httpx.AsyncClient, reason: bytes) -> None:
    answer = await client.post(
        THINGS, json=THING, headers=httpx.Headers([*encoded(OFFICER), (b"x-reason", reason)])
    )

    assert (answer.status_code, kind(answer)) == (400, "header-invalid")


async def test_a_fact_published_by_a_look_is_a_fault_and_not_lost(
    service_database: ServiceDatabase, clock: SettableClock
) -> None:
    router = Router(prefix="/looks", tags=["looks"])

    @router.get("", operation_id="look_around", summary="查看")
    @needs(Permission.ESTATE_READ)
    async def look(work: CurrentWork) -> str:
        """Look, and say something."""
        work.publish(ThingNamed(thing_id=new_id(), called="x"), about=About())
        return ""

    looking = Service(name="sample", metadata=SAMPLE.metadata, routers=[router])
    app = looking.app(
        database=service_database.database, bearer=read_test_token, cursor_key=b"k", clock=clock
    )
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://gongzhi.test") as opened:
        answer = await opened.get("/api/sample/looks")

    assert (answer.status_code, kind(answer)) == (500, "internal-fault")


async def test_the_same_key_in_two_services_at_once_is_two_keys(
    client: httpx.AsyncClient, database: Database
) -> None:
    """Both schemas lie in one database, as in the one box; an advisory lock belongs to the database."""
    occasion = Occasion(actor=Actor.system("test"), now=SettableClock()())
    async with database.begin(occasion) as work:
        await work.connection.execute("SET LOCAL search_path TO public")
        locked = await work.fetch_one(_LOCK, name="person-R11\none")
        async with asyncio.timeout(20):
            answer = await add(client, **{"idempotency-key": "one"})

    assert locked is not None
    assert locked[0]
    assert answer.status_code == 201
