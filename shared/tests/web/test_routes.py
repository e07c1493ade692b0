import asyncio
import json
from pathlib import Path
from typing import Annotated
from uuid import UUID

import httpx
import jsonschema
import pytest
from fastapi import Depends
from sample_service import FACTS, ThingNamed

from shared.identity import Permission, Role
from shared.kernel import new_id
from shared.storage import Database
from shared.testing import as_role, recorded_events
from shared.web import DependencyInAThread, Router, RouteWithoutPermission, needs

SUITES = Path(__file__).parents[3].parent / "shared" / "suites"
OFFICER = as_role(Role.AUTHORITY_OFFICER)
THING = {"name": "屋顶", "territory": "610703001"}
THINGS = "/api/sample/things"
# The id of nothing, the same in every process that names the tests.
NOBODY = UUID(int=7)


async def add(client: httpx.AsyncClient, **headers: str) -> httpx.Response:
    return await client.post(THINGS, json=THING, headers=OFFICER | headers)


def problem_type(response: httpx.Response) -> str:
    assert response.headers["content-type"] == "application/problem+json"
    return str(response.json()["type"]).removeprefix("/api/problems/")


async def test_a_write_is_there_when_its_answer_is(client: httpx.AsyncClient, database: Database) -> None:
    created = (await add(client)).json()

    shown = await client.get(f"{THINGS}/{created['id']}")

    assert (shown.status_code, shown.json()) == (200, created)
    assert [type(event) for event in await recorded_events(database, catalogue=FACTS)] == [ThingNamed]


async def test_the_same_key_gives_the_first_answer_again(
    client: httpx.AsyncClient, database: Database
) -> None:
    first = await add(client, **{"idempotency-key": "one"})

    again = await add(client, **{"idempotency-key": "one"})

    assert (again.status_code, again.content) == (first.status_code, first.content)
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await recorded_events(database, catalogue=FACTS)) == 1


async def test_the_same_key_of_another_person_is_another_key(
    client: httpx.AsyncClient, database: Database
) -> None:
    await add(client, **{"idempotency-key": "one"})

    await add(client, **as_role(Role.AUTHORITY_OFFICER, person="somebody else"), **{"idempotency-key": "one"})

    assert len(await recorded_events(database, catalogue=FACTS)) == 2


async def test_a_key_with_another_request_is_refused(client: httpx.AsyncClient) -> None:
    await add(client, **{"idempotency-key": "one"})

    answer = await client.post(
        THINGS, json=THING | {"name": "wall"}, headers=OFFICER | {"idempotency-key": "one"}
    )

    assert (answer.status_code, problem_type(answer)) == (422, "idempotency-key-reused")


async def test_many_at_once_with_one_key_have_one_effect(
    client: httpx.AsyncClient, database: Database
) -> None:
    answers = await asyncio.gather(*(add(client, **{"idempotency-key": "one"}) for _ in range(8)))

    assert {answer.status_code for answer in answers} <= {201, 409}
    assert {problem_type(answer) for answer in answers if answer.status_code == 409} <= {
        "request-still-running"
    }
    assert len(await recorded_events(database, catalogue=FACTS)) == 1


async def test_a_refused_request_does_not_use_up_its_key(client: httpx.AsyncClient) -> None:
    bad = await client.post(
        THINGS, json=THING | {"name": "forbidden"}, headers=OFFICER | {"idempotency-key": "one"}
    )

    again = await client.post(
        THINGS, json=THING | {"name": "forbidden"}, headers=OFFICER | {"idempotency-key": "one"}
    )

    assert (bad.status_code, again.status_code) == (409, 409)


async def test_a_refusal_changes_nothing(client: httpx.AsyncClient, database: Database) -> None:
    answer = await client.post(THINGS, json=THING | {"name": "forbidden"}, headers=OFFICER)

    assert (answer.status_code, problem_type(answer)) == (409, "name-forbidden")
    assert (await client.get(THINGS, headers=OFFICER)).json()["items"] == []
    assert await recorded_events(database, catalogue=FACTS) == []


async def test_if_match_guards_against_a_change_unseen(client: httpx.AsyncClient) -> None:
    thing = (await add(client)).json()
    address = f"{THINGS}/{thing['id']}/name"

    stale = await client.put(address, json=THING, headers=OFFICER | {"if-match": '"7"'})
    fresh = await client.put(address, json=THING, headers=OFFICER | {"if-match": '"1"'})

    assert (stale.status_code, problem_type(stale)) == (412, "precondition-failed")
    assert (fresh.status_code, fresh.headers["etag"]) == (200, '"2"')


async def test_what_the_caller_has_already_is_not_sent_again(client: httpx.AsyncClient) -> None:
    thing = (await add(client)).json()
    tag = (await client.get(f"{THINGS}/{thing['id']}")).headers["etag"]

    answer = await client.get(f"{THINGS}/{thing['id']}", headers={"if-none-match": tag})

    assert (answer.status_code, answer.content) == (304, b"")


async def test_a_read_waits_for_the_event_its_token_names(client: httpx.AsyncClient) -> None:
    created = await add(client)
    address = f"{THINGS}/{created.json()['id']}"

    known = await client.get(address, headers={"consistency-token": created.headers["consistency-token"]})
    unknown = await client.get(address, headers={"consistency-token": f"{ThingNamed.name}:{new_id()}"})

    assert known.status_code == 200
    assert (unknown.status_code, problem_type(unknown)) == (504, "read-model-behind")
    assert ThingNamed.name in unknown.json()["detail"]


async def test_a_token_of_a_type_that_never_comes_here_is_not_waited_for(client: httpx.AsyncClient) -> None:
    created = await add(client)
    foreign = f"nz.elsewhere.ThingLost.v1:{new_id()}"
    both = f"{foreign},{created.headers['consistency-token']}"

    answers = [
        await client.get(f"{THINGS}/{created.json()['id']}", headers={"consistency-token": token})
        for token in (foreign, both)
    ]

    # Waited for in vain, it would be a 504.
    assert [answer.status_code for answer in answers] == [200, 200]


TOO_MANY = ",".join([f"a:{UUID(int=1)}"] * 13)


@pytest.mark.parametrize("token", ["", "none", f"{UUID(int=1)}:nz.sample.ThingNamed.v1", TOO_MANY])
async def test_a_token_that_nobody_gave_is_refused(client: httpx.AsyncClient, token: str) -> None:
    answer = await client.get(THINGS, headers=OFFICER | {"consistency-token": token})

    assert (answer.status_code, problem_type(answer)) == (400, "header-invalid")


async def test_those_who_wait_for_a_token_do_not_keep_others_from_the_pool(
    client: httpx.AsyncClient,
) -> None:
    thing = (await add(client)).json()
    address = f"{THINGS}/{thing['id']}"
    unheard = {"consistency-token": f"{ThingNamed.name}:{new_id()}"}
    waiting = [asyncio.create_task(client.get(address, headers=unheard)) for _ in range(20)]
    await asyncio.sleep(0.2)

    answer = await client.get(address)

    assert (answer.status_code, [one for one in waiting if one.done()]) == (200, [])
    assert {one.status_code for one in await asyncio.gather(*waiting)} == {504}


async def test_pages_follow_each_other_without_loss(client: httpx.AsyncClient) -> None:
    added = [(await add(client)).json()["id"] for _ in range(7)]

    seen: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        params = {"limit": "3"} | ({"cursor": cursor} if cursor else {})
        page = (await client.get(THINGS, params=params, headers=OFFICER)).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]

    assert seen == added


@pytest.mark.parametrize("change", ["altered", "another filter", "another order", "nonsense"])
async def test_a_cursor_that_is_not_ours_is_refused(client: httpx.AsyncClient, change: str) -> None:
    for _ in range(2):
        await add(client)
    cursor = (await client.get(THINGS, params={"limit": "1"}, headers=OFFICER)).json()["next_cursor"]
    params = {
        "altered": {"cursor": cursor[:-2] + ("AA" if cursor[-2:] != "AA" else "BB")},
        "another filter": {"cursor": cursor, "name": "red"},
        "another order": {"cursor": cursor, "sort": "-id"},
        "nonsense": {"cursor": "十"},
    }[change]

    answer = await client.get(THINGS, params=params, headers=OFFICER)

    assert (answer.status_code, problem_type(answer)) == (400, "cursor-invalid")


async def test_wrong_fields_are_named_in_the_language_of_the_reader(client: httpx.AsyncClient) -> None:
    body = {"name": "\0", "territory": "61070", "more": 1}

    chinese = (await client.post(THINGS, json=body, headers=OFFICER)).json()
    english = (
        await client.post(THINGS, json=body, headers=OFFICER | {"accept-language": "en-GB, zh;q=0.5"})
    ).json()

    assert [error["pointer"] for error in chinese["errors"]] == ["#/name", "#/territory", "#/more"]
    assert chinese["errors"][0]["detail"] == "含有不可见的控制字符，请删除后再提交。"
    assert english["errors"][0]["detail"] == "Contains control characters. Remove them and submit again."


@pytest.mark.parametrize(
    ("method", "path", "headers", "status", "kind"),
    [
        ("POST", THINGS, {}, 401, "token-missing"),
        ("POST", THINGS, {"authorization": "Bearer x"}, 401, "token-invalid"),
        ("POST", THINGS, {"authorization": "Basic x"}, 401, "token-missing"),
        ("POST", THINGS, as_role(Role.OWNER), 403, "permission-missing"),
        ("POST", THINGS, as_role(Role.AUTHORITY_OFFICER, "610702"), 403, "outside-territory"),
        ("POST", THINGS, OFFICER | {"idempotency-key": "x" * 200}, 400, "header-invalid"),
        ("POST", THINGS, OFFICER | {"if-match": "abc"}, 400, "header-invalid"),
        ("GET", "/api/sample/nothing", {}, 404, "no-such-address"),
        ("DELETE", THINGS, {}, 405, "method-not-allowed"),
        ("GET", f"{THINGS}/{NOBODY}", {}, 404, "thing-not-found"),
        ("GET", f"{THINGS}?limit=0", OFFICER, 422, "invalid-input"),
    ],
)
async def test_every_refusal_is_a_problem_of_a_stable_type(
    client: httpx.AsyncClient, method: str, path: str, headers: dict[str, str], status: int, kind: str
) -> None:
    answer = await client.request(method, path, json=THING if method == "POST" else None, headers=headers)

    assert (answer.status_code, problem_type(answer)) == (status, kind)
    schema = SUITES / "rfc9457-problem.schema.json"
    if schema.exists():
        jsonschema.validate(answer.json(), json.loads(schema.read_text()))


async def test_a_field_named_by_half_a_character_is_refused_like_any_other(client: httpx.AsyncClient) -> None:
    body = b'{"name": "a", "territory": "610703", "\\ud800": 1}'

    answer = await client.post(THINGS, content=body, headers=OFFICER | {"content-type": "application/json"})

    assert (answer.status_code, problem_type(answer)) == (422, "invalid-input")


@pytest.mark.skipif(not (SUITES / "json").exists(), reason="the JSON suite is not beside the project")
async def test_no_body_of_the_json_suite_breaks_the_service(client: httpx.AsyncClient) -> None:
    for case in sorted((SUITES / "json").glob("*.json")):
        answer = await client.post(
            THINGS, content=case.read_bytes(), headers=OFFICER | {"content-type": "application/json"}
        )

        assert 400 <= answer.status_code < 500, case.name


@pytest.mark.skipif(
    not (SUITES / "naughty-strings.json").exists(), reason="the strings are not beside the project"
)
async def test_naughty_strings_come_back_unchanged_or_are_refused(client: httpx.AsyncClient) -> None:
    for text in json.loads((SUITES / "naughty-strings.json").read_text()):
        answer = await client.post(THINGS, json=THING | {"name": text}, headers=OFFICER)

        assert answer.status_code in {201, 409, 422}, text
        if answer.status_code == 201:
            assert (await client.get(f"{THINGS}/{answer.json()['id']}")).json()["name"] == text


async def test_a_fault_of_ours_is_told_without_its_inside(
    client: httpx.AsyncClient, database: Database
) -> None:
    await database.close()

    trace_id = "4bf92f3577b34da6a3ce929d0e0e4736"
    answer = await client.get(
        f"{THINGS}/{new_id()}", headers={"traceparent": f"00-{trace_id}-00f067aa0ba902b7-01"}
    )

    assert answer.status_code == 500
    assert problem_type(answer) == "internal-fault"
    assert answer.headers["traceparent"].startswith(f"00-{trace_id}-")
    assert "database" not in answer.text
    await database.open()


def test_a_route_without_a_permission_cannot_be_made() -> None:
    router = Router()

    with pytest.raises(RouteWithoutPermission):

        @router.get("/open")
        async def open_to_all() -> str:
            return ""


def test_a_route_whose_dependency_runs_in_another_thread_cannot_be_made() -> None:
    router = Router()

    def taken() -> str:
        return ""

    with pytest.raises(DependencyInAThread):

        @router.get("/threaded")
        @needs(Permission.ESTATE_READ)
        async def threaded(_word: Annotated[str, Depends(taken)]) -> str:
            return ""


def test_the_openapi_document_shows_the_permission_of_a_route() -> None:
    router = Router()

    @router.get("/x")
    @needs(Permission.ESTATE_READ)
    async def x() -> str:
        return ""

    assert x.__needs__ is Permission.ESTATE_READ  # type: ignore[attr-defined]
