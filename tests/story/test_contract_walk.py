"""What the document promises of every route, held against a box on which the whole story was told.

The walk goes by the merged document: a new route that does not keep the promises fails here. What the story
and its aftermath ask for is tried on the way: keys, replays, stale versions.
"""

from collections.abc import AsyncIterator, Iterator
from typing import Final

import httpx
import pytest

from shared.identity import Permission, Role, allowed
from shared.web import operations
from tests.story.trying import KEY, KEY_MALFORMED, KEY_REUSED, declares, kind
from tests.story.walking import Operation, Told, Walk

# Messages are parked where one failed (test_operating.py); a running import is called off in a race with it.
ELSEWHERE_TRIED: Final = ("_replay_parked", "_drop_parked", "cancel_estate_import")
# Says at which moment it was asked: no two looks are alike.
LIVE: Final = ("_show_standing",)
ATTEMPTS: Final = 3
FORGED: Final = "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWVo"
UNKNOWN_SORT: Final = "no-such-order"
CURSOR_INVALID: Final = (400, "cursor-invalid")
INVALID: Final = (422, "invalid-input")
ID: Final = "00000000-0000-7000-8000-000000000007"
# What a job in the background says of itself: how far it is of how much, and where its result is.
PROGRESS: Final = {"state", "rows", "done"}
RESULT: Final = "report_"


@pytest.fixture
async def walk(told: Told) -> AsyncIterator[Walk]:
    async with httpx.AsyncClient(base_url=told.url, timeout=30) as client:
        yield Walk(
            client=client, tokens=told.tokens, document=told.recorder.document, kept=told.recorder.kept
        )


def unsafe(walk: Walk) -> Iterator[tuple[str, str, Operation]]:
    return (one for one in operations(dict(walk.document)) if one[1] != "get")


def looks(walk: Walk) -> Iterator[tuple[str, Operation]]:
    return ((path, one) for path, method, one in operations(dict(walk.document)) if method == "get")


async def test_every_unsafe_route_keeps_its_promises_where_it_is_used(walk: Walk, told: Told) -> None:
    """A new route is used in `aftermath`, with what it needs; else it is left untried and fails here."""
    untried = {one["operationId"] for _, _, one in unsafe(walk)} - told.recorder.tried

    assert dict(told.recorder.faults) == {}
    assert {name for name in untried if not name.endswith(ELSEWHERE_TRIED)} == set()


async def test_every_unsafe_route_takes_a_key_or_is_known_to_refuse_it(walk: Walk) -> None:
    """What is told once and not kept cannot be told again by its key; such a route refuses one."""
    without = {one["operationId"] for _, _, one in unsafe(walk) if not declares(one, "IdempotencyKey")}

    assert without == {"make_department_key"}


async def test_every_unsafe_route_refuses_a_malformed_key_and_one_of_another_request(
    walk: Walk, told: Told
) -> None:
    """Whoever used a key in a service sends it again to all other routes of the service."""
    faults = []
    for path, method, operation in unsafe(walk):
        if not declares(operation, "IdempotencyKey"):
            continue
        person, key = told.recorder.used_keys[path.split("/")[2]]
        permission = Permission(operation["x-permission"])
        role = next(role for role in Role if role is not Role.DEPARTMENT_SYSTEM and allowed(role, permission))
        token = told.tokens.issuer.issue(role=role, territory="610703001001", person=person)
        headers = {"authorization": f"Bearer {token}"}
        address = path
        for parameter in operation["parameters"]:
            if parameter.get("in") == "path":
                address = address.replace(f"{{{parameter['name']}}}", ID)
        for sent, expected in ((KEY_MALFORMED, (400, "header-invalid")), (key, KEY_REUSED)):
            answer = await walk.client.request(method, address, json={}, headers={**headers, KEY: sent})
            if kind(answer) != expected:
                faults.append(f"{method} {path}: {kind(answer)}, not {expected}")

    assert faults == []


async def test_every_view_has_a_tag_and_is_not_sent_twice(walk: Walk) -> None:
    faults, unseen = [], set()
    for path, operation in looks(walk):
        address = await walk.looked_at(path, operation)
        role = await walk.who_sees(Permission(operation["x-permission"]), address or path)
        answer = await walk.look(role, address or path)
        if answer.is_error:
            unseen.add(path)
        elif not declares(operation, "IfNoneMatch") or not answer.headers.get("etag"):
            faults.append(f"{path}: has no tag")
        elif not operation["operationId"].endswith(LIVE) and not await not_sent_twice(
            walk, role, address or path
        ):
            faults.append(f"{path}: is sent again to who has it")

    assert faults == []
    # Of a parked message there is something to see only where one failed.
    assert {path for path in unseen if not path.endswith("/operations/parked/{event_id}")} == set()


async def not_sent_twice(walk: Walk, role: Role, address: str) -> bool:
    """Say whether a view is not sent to who has it; some change by themselves while we look."""
    for _ in range(ATTEMPTS):
        seen = await walk.look(role, address)
        again = await walk.look(role, address, {"if-none-match": seen.headers["etag"]})
        if again.status_code == 304:
            return again.content == b"" and again.headers["etag"] == seen.headers["etag"]
    return False


def lists(walk: Walk) -> Iterator[tuple[str, Operation]]:
    for path, operation in looks(walk):
        if any(one.get("name") == "cursor" for one in operation["parameters"]):
            yield path, operation


async def test_every_list_refuses_what_it_does_not_know_and_takes_the_orders_it_names(walk: Walk) -> None:
    foreign = (await walk.client.get("/api/estate-registry/estates?limit=1")).json()["next_cursor"]
    faults = []
    for path, operation in lists(walk):
        address = await walk.looked_at(path, operation) or path
        role = await walk.who_sees(Permission(operation["x-permission"]), address)
        given = {one["name"]: one["schema"] for one in operation["parameters"] if one.get("in") == "query"}
        wrong = [
            ("limit=0", INVALID),
            (f"limit={given['limit']['maximum'] + 1}", INVALID),
            (f"cursor={FORGED}", CURSOR_INVALID),
            *([] if path.endswith("/estates") else [(f"cursor={foreign}", CURSOR_INVALID)]),
            *([(f"sort={UNKNOWN_SORT}", INVALID)] if "sort" in given else []),
        ]
        right = [(f"sort={name}", (200, "")) for name in given.get("sort", {}).get("enum", ())]
        for asked, expected in (*wrong, *right):
            answer = await walk.look(role, joined(address, asked))
            if kind(answer) != expected:
                faults.append(f"{path} {asked}: {kind(answer)}, not {expected}")

    assert faults == []


async def test_a_cursor_goes_on_only_in_the_order_and_with_the_filters_it_came_from(walk: Walk) -> None:
    first = (await walk.client.get("/api/estate-registry/estates?limit=1")).json()
    cursor = first["next_cursor"]

    on = await walk.client.get(f"/api/estate-registry/estates?limit=1&cursor={cursor}")
    turned = await walk.client.get(f"/api/estate-registry/estates?limit=1&cursor={cursor}&sort=-territory")
    narrowed = await walk.client.get(f"/api/estate-registry/estates?limit=1&cursor={cursor}&three_no=true")

    assert on.json()["items"][0]["id"] != first["items"][0]["id"]
    assert (kind(turned), kind(narrowed)) == (CURSOR_INVALID, CURSOR_INVALID)


def joined(address: str, asked: str) -> str:
    return f"{address}{'&' if '?' in address else '?'}{asked}"


async def test_every_job_shows_its_progress_and_result_and_a_finished_one_is_not_cancelled(
    walk: Walk,
) -> None:
    jobs = [path for path, _, operation in unsafe(walk) if "202" in operation["responses"]]
    for path in jobs:
        shown = next(one for one, _ in looks(walk) if one.startswith(f"{path}/{{") and one.endswith("}"))
        job = next(kept.answer["id"] for kept in walk.kept if (kept.method, kept.path) == ("POST", path))
        role = await walk.who_sees(
            Permission(walk.document["paths"][shown]["get"]["x-permission"]), f"{path}/{job}"
        )

        seen = (await walk.look(role, f"{path}/{job}")).json()
        results = [await walk.look(role, place) for name, place in seen.items() if name.startswith(RESULT)]
        cancelled = await walk.client.post(f"{path}/{job}/cancellation", headers=walk.insider(role))

        assert seen.keys() >= PROGRESS
        assert seen["rows"] == seen["done"] > 0
        assert {result.status_code for result in results} == {200}
        assert kind(cancelled)[0] == 409
        assert kind(cancelled)[1] != ""
        assert f"{shown}/cancellation" in walk.document["paths"]
    assert jobs != []
