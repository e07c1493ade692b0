"""Batches of 12345 orders through HTTP: each line once, each judged by itself, persons under seal."""

import asyncio
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from exchange_desk import ADMIN, API, LIAISON, ORDER, POLICE, Enter, Office, orders_sent, problem_type

from exchange.log.digest import sm3_hex
from exchange.orders.callers import MARK_CONTEXT
from shared.contracts.exchange import ExternalOrderImported
from shared.identity import Role
from shared.privacy import platform_sealer
from shared.storage import Database
from shared.testing import ServiceDatabase, as_role, recorded_events

SUITES = Path(__file__).parents[4] / "shared" / "suites"


def order(**given: object) -> dict[str, object]:
    return ORDER | given


def numbered(*numbers: int, **given: object) -> list[dict[str, object]]:
    return [order(order_no=f"NZ-{number:05d}", **given) for number in numbers]


def counts(view: dict[str, Any]) -> tuple[int, int, int, int]:
    assert view["rows"] == view["taken"] + view["unchanged"] + view["refused"] == len(view["lines"])
    return view["taken"], view["moved_on"], view["unchanged"], view["refused"]


def reasons(view: dict[str, Any]) -> list[str]:
    return [str(line["type"]).removeprefix("/api/problems/") for line in view["lines"] if line["type"]]


async def shown(client: httpx.AsyncClient, number: object = ORDER["order_no"]) -> dict[str, Any]:
    view: dict[str, Any] = (await client.get(f"{API}/orders/{number}", headers=LIAISON)).json()
    return view


async def test_an_order_of_the_hotline_is_told_to_the_platform_without_its_caller(
    client: httpx.AsyncClient, hotline: Office, database: Database
) -> None:
    view = await orders_sent(client, order(), headers=hotline.headers)

    (event,) = await recorded_events(database)
    assert counts(view) == (1, 0, 0, 0)
    assert event == ExternalOrderImported(
        order_id=view["lines"][0]["order_id"],
        order_no=str(ORDER["order_no"]),
        kind="complaint",
        leaf="SRV-05",
        title="电梯停运，联系电话138****1234",
        content="本人610703********0019，3号楼电梯停了两天，请回电 138****1234。",
        place="汉山小区3号楼****",
        territory="610703001001",
        estate_code=None,
        urgency="normal",
        secret=False,
        caller_mark=platform_sealer().blind_index("13812341234", context=MARK_CONTEXT),
        received_at=datetime(2026, 3, 2, 1, 30, tzinfo=UTC),
        sign_due=datetime(2026, 3, 3, 16, tzinfo=UTC),
        handle_due=datetime(2026, 3, 9, 16, tzinfo=UTC),
    )


async def test_an_order_is_shown_masked(client: httpx.AsyncClient) -> None:
    await orders_sent(client, order(), order(order_no="secret-1", secret_flag=True))

    open_one, secret_one = await shown(client), await shown(client, "secret-1")

    assert (open_one["caller_name"], open_one["caller_phone"]) == ("张*", "138****1234")
    assert (secret_one["caller_name"], secret_one["caller_phone"]) == (None, None)
    for hidden in ("13812341234", "138-1234-1234", "张三", "610703199001010019", "501"):
        assert hidden not in json.dumps([open_one, secret_one], ensure_ascii=False)
    assert open_one["status"] == "dispatched"
    assert open_one["version"] == 1


async def test_an_order_of_nobody_has_no_caller_and_no_mark(
    client: httpx.AsyncClient, database: Database
) -> None:
    nobody = order(caller_name=None, caller_phone=None)
    await orders_sent(client, nobody)

    again = await orders_sent(client, nobody)
    named = await orders_sent(client, order())

    view = await shown(client)
    (event,) = await recorded_events(database)
    assert (view["caller_name"], view["caller_phone"]) == (None, None)
    assert isinstance(event, ExternalOrderImported)
    assert event.caller_mark is None
    assert (counts(again), reasons(named)) == ((0, 0, 1, 0), ["order-text-differs"])


async def test_a_caller_lies_under_seal_in_the_database(
    client: httpx.AsyncClient, service_database: ServiceDatabase
) -> None:
    await orders_sent(client, order(title="电梯停运", content="电梯停了两天"))

    connection = await asyncpg.connect(service_database.admin_dsn)
    texts = [
        await connection.fetchval(f"SELECT json_agg(t)::text FROM exchange.{table} t")  # noqa: S608 - our names
        for table in ("orders", "order_callers", "journal", "exchange_log")
    ]
    await connection.close()
    assert "aes256gcm" in texts[1]
    assert not [text for text in texts if "13812341234" in text or "张三" in text]


async def test_the_same_batch_again_changes_nothing(
    client: httpx.AsyncClient, hotline: Office, database: Database
) -> None:
    batch = numbered(*range(30))
    await orders_sent(client, *batch, headers=hotline.headers)
    before = (await client.get(f"{API}/orders", headers=hotline.headers)).json()

    again = await orders_sent(client, *batch, headers=hotline.headers)

    assert counts(again) == (0, 0, 30, 0)
    assert (await client.get(f"{API}/orders", headers=hotline.headers)).json() == before
    assert len(await recorded_events(database)) == 30


async def test_each_line_is_judged_by_itself(client: httpx.AsyncClient, database: Database) -> None:
    await orders_sent(client, *numbered(1, 2))

    view = await orders_sent(
        client,
        *numbered(1),
        *numbered(2, content="改写的内容"),
        *numbered(3),
        order(order_no="NZ-00004", territory_code="610702001"),
        order(order_no="NZ-00005", received_at="2027-01-01T00:00:00+08:00"),
        order(order_no="NZ-00006", type="shout", more=1),
        order(order_no="bad number"),
        "no order at all",
    )

    assert [line["outcome"] for line in view["lines"]] == ["unchanged", "refused", "taken", *["refused"] * 5]
    assert counts(view) == (1, 0, 1, 6)
    assert reasons(view) == [
        "order-text-differs",
        "outside-territory",
        "order-received-in-future",
        *["order-line-unreadable"] * 3,
    ]
    assert [error["pointer"] for error in view["lines"][5]["errors"]] == [
        "#/orders/5/type",
        "#/orders/5/more",
    ]
    assert [line["order_no"] for line in view["lines"]][5:] == ["NZ-00006", None, None]
    assert (await shown(client, "NZ-00002"))["content"] == (await shown(client, "NZ-00001"))["content"]
    assert len(await recorded_events(database)) == 3


async def test_progress_moves_a_known_order_on_and_is_not_told_anew(
    client: httpx.AsyncClient, database: Database
) -> None:
    await orders_sent(client, order())
    before = await shown(client)
    reply = {"reply_text": "已修复，回访电话13812341234", "replied_at": "2026-03-02T11:00:00+08:00"}

    moved = await orders_sent(client, order(status="replied", result="solved", **reply))
    back = await orders_sent(client, order(status="signed"))

    after = await shown(client)
    changed = {
        "status": "replied",
        "result": "solved",
        "version": 2,
        "reply_text": "已修复，回访电话138****1234",
    }
    assert (counts(moved), counts(back)) == ((1, 1, 0, 0), (0, 0, 0, 1))
    assert reasons(back) == ["order-goes-back"]
    assert after == before | changed | {"replied_at": "2026-03-02T03:00:00Z"}
    assert len(await recorded_events(database)) == 1


async def test_every_field_of_an_order_comes_back_as_it_was_sent(client: httpx.AsyncClient) -> None:
    rest: dict[str, Any] = {
        "geo": {"longitude": 106.936393, "latitude": 33.000001},
        "attachments": [{"name": "照片.jpg", "sha256": "a" * 64}],
        "repeat_of": "NZ-0",
        "sign_due": "2026-03-03T00:00:00Z",
        "handle_due": "2026-03-05T00:00:00Z",
        "host_unit": "汉山街道办",
        "assist_units": ["区市监局", "物业公司"],
        "return_count": 1,
        "extension": {"reason": "等配件", "approver": "李主任", "new_due": "2026-03-09T00:00:00Z"},
        "callback": {"at": "2026-03-02T03:30:00Z", "contacted": True, "solved": False, "satisfied": None},
    }

    await orders_sent(client, order(**rest))
    again = await orders_sent(client, order(**rest))

    view = await shown(client)
    assert counts(again) == (0, 0, 1, 0)
    assert {name: view[name] for name in rest if name != "geo"} == {
        name: value for name, value in rest.items() if name != "geo"
    }


async def test_a_number_twice_in_a_batch_is_one_order(client: httpx.AsyncClient, database: Database) -> None:
    view = await orders_sent(
        client, order(), order(), order(status="replied"), order(status="signed"), order(title="别的")
    )

    assert counts(view) == (2, 1, 1, 2)
    assert reasons(view) == ["order-goes-back", "order-text-differs"]
    assert len(await recorded_events(database)) == 1


async def test_an_order_closed_already_is_kept_as_history_and_not_told(
    client: httpx.AsyncClient, database: Database
) -> None:
    view = await orders_sent(client, order(status="closed"))

    assert counts(view) == (1, 0, 0, 0)
    assert await recorded_events(database) == []


async def test_an_emergency_runs_by_the_hour(client: httpx.AsyncClient) -> None:
    await orders_sent(client, order(urgency="extra"))

    view = await shown(client)

    assert (view["sign_due"], view["handle_due"]) == ("2026-03-02T03:00:00Z", "2026-03-03T02:00:00Z")


async def test_many_at_once_with_the_same_numbers_make_each_order_once(
    client: httpx.AsyncClient, hotline: Office, database: Database
) -> None:
    batches = [numbered(*range(40)), numbered(*reversed(range(40))), numbered(*range(20, 60))] * 2

    views = await asyncio.gather(*(orders_sent(client, *one, headers=hotline.headers) for one in batches))

    events = await recorded_events(database)
    assert sum(view["taken"] for view in views) == 60
    assert sum(view["unchanged"] for view in views) == 240 - 60
    assert len({event.order_no for event in events if isinstance(event, ExternalOrderImported)}) == 60
    assert len(events) == 60


async def test_of_two_texts_under_one_number_at_once_one_is_refused(
    client: httpx.AsyncClient, database: Database
) -> None:
    views = await asyncio.gather(*(orders_sent(client, order(title=f"标题{n}")) for n in range(6)))

    assert sorted(counts(view) for view in views) == [(0, 0, 0, 1)] * 5 + [(1, 0, 0, 0)]
    assert len(await recorded_events(database)) == 1


async def test_moving_on_at_once_loses_no_version(client: httpx.AsyncClient) -> None:
    await orders_sent(client, order())
    steps = [{"host_unit": f"单位{n}"} for n in range(6)]

    views = await asyncio.gather(*(orders_sent(client, order(**step)) for step in steps))

    assert [counts(view) for view in views] == [(1, 1, 0, 0)] * 6
    assert sorted(view["lines"][0]["order_version"] for view in views) == [2, 3, 4, 5, 6, 7]


async def test_a_number_of_another_territory_is_not_taken_over(
    client: httpx.AsyncClient, database: Database
) -> None:
    await orders_sent(
        client, order(territory_code="610702001"), headers=as_role(Role.HOTLINE_LIAISON, "6107")
    )

    view = await orders_sent(client, order())

    assert reasons(view) == ["order-number-taken"]
    assert (await client.get(f"{API}/orders/{ORDER['order_no']}", headers=LIAISON)).status_code == 404
    assert len(await recorded_events(database)) == 1


async def test_a_department_without_the_grant_sends_and_reads_nothing(
    client: httpx.AsyncClient, enter: Enter, database: Database
) -> None:
    police = await enter(code=POLICE, grant={"sends": []})

    sent = await client.post(f"{API}/orders", json={"orders": [order()]}, headers=police.headers)
    read = await client.get(f"{API}/orders", headers=police.headers)

    assert [(one.status_code, problem_type(one)) for one in (sent, read)] == [(403, "orders-not-granted")] * 2
    assert await recorded_events(database) == []


async def test_a_batch_is_put_on_record_with_its_digest(client: httpx.AsyncClient, hotline: Office) -> None:
    body = json.dumps({"orders": [order(), "wrong"]}).encode()
    headers = hotline.headers | {"content-type": "application/json"}

    await client.post(f"{API}/orders", content=body, headers=headers)

    (entry,) = (await client.get(f"{API}/log", headers=as_role(Role.AUDITOR))).json()["items"]
    assert {name: entry[name] for name in ("direction", "resource", "party", "receiver", "role")} == {
        "direction": "in",
        "resource": "orders",
        "party": hotline.code,
        "receiver": "gongzhi",
        "role": "D00",
    }
    assert (entry["count"], entry["items"]) == (2, {"taken": 1, "unchanged": 0, "refused": 1})
    assert (entry["purpose"], entry["digest"]) == ("工单办理", sm3_hex(body))


@pytest.mark.parametrize("size", [0, 501])
async def test_a_batch_has_one_to_five_hundred_lines(client: httpx.AsyncClient, size: int) -> None:
    answer = await client.post(f"{API}/orders", json={"orders": [1] * size}, headers=LIAISON)

    assert (answer.status_code, problem_type(answer)) == (422, "invalid-input")


async def test_five_hundred_orders_are_one_batch(client: httpx.AsyncClient, database: Database) -> None:
    view = await orders_sent(client, *numbered(*range(500)))

    assert counts(view) == (500, 0, 0, 0)
    assert len(await recorded_events(database)) == 500


async def test_orders_are_listed_by_status_page_by_page(client: httpx.AsyncClient) -> None:
    await orders_sent(client, *numbered(*range(7)), *numbered(7, 8, status="signed"))

    seen: list[str] = []
    params = {"limit": "3", "status": "dispatched"}
    while True:
        page = (await client.get(f"{API}/orders", params=params, headers=LIAISON)).json()
        seen += [item["order_no"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        params["cursor"] = page["next_cursor"]

    assert seen == [f"NZ-{number:05d}" for number in reversed(range(7))]


@pytest.mark.parametrize(
    "given",
    [
        {"received_at": "0001-01-01T00:00:00+14:00"},
        {"handle_due": "9999-12-31T23:59:59-12:00"},
        {"return_count": 2**31},
        {"title": "\0"},
        {"title": "\ud800"},
        {"\ud800": 1},
        {"geo": {"longitude": "NaN", "latitude": 1}},
        {"secret_flag": 1},
        {"order_no": "x" * 65},
        {"attachments": [{"name": "x", "sha256": "A" * 64}]},
        {"callback": {"at": "2026-03-02T03:30:00Z", "contacted": "yes"}},
    ],
)
async def test_awkward_values_refuse_their_line_and_nothing_else(
    client: httpx.AsyncClient, given: dict[str, object]
) -> None:
    body = json.dumps({"orders": [order(order_no="good"), order(**given)]})

    answer = await client.post(
        f"{API}/orders", content=body, headers=LIAISON | {"content-type": "application/json"}
    )

    assert answer.status_code == 200, answer.text
    assert counts(answer.json()) == (1, 0, 0, 1)


@pytest.mark.skipif(
    not (SUITES / "naughty-strings.json").exists(), reason="the strings are not beside the project"
)
async def test_naughty_strings_are_kept_unchanged_or_refuse_their_line(
    client: httpx.AsyncClient, service_database: ServiceDatabase
) -> None:
    strings = json.loads((SUITES / "naughty-strings.json").read_text())
    lines = [order(order_no=f"N-{n}", title=text, place_text=text) for n, text in enumerate(strings)]

    views = [await orders_sent(client, *lines[start : start + 500]) for start in range(0, len(lines), 500)]

    taken = {line["order_no"] for view in views for line in view["lines"] if line["outcome"] == "taken"}
    connection = await asyncpg.connect(service_database.admin_dsn)
    kept = {row["order_no"]: row for row in await connection.fetch("SELECT * FROM exchange.orders")}
    await connection.close()
    assert taken == set(kept)
    for line in lines:
        if line["order_no"] in kept:
            row = kept[str(line["order_no"])]
            assert (row["title"], row["place_text"]) == (line["title"], line["place_text"])


async def test_the_database_refuses_to_rewrite_what_a_caller_said(
    client: httpx.AsyncClient, service_database: ServiceDatabase
) -> None:
    await orders_sent(client, order())
    connection = await asyncpg.connect(service_database.admin_dsn)

    with pytest.raises(asyncpg.RestrictViolationError):
        await connection.execute("UPDATE exchange.orders SET content = 'nothing happened'")
    with pytest.raises(asyncpg.CheckViolationError):
        await connection.execute("UPDATE exchange.orders SET status = 'forgotten'")

    await connection.close()


async def test_nobody_else_takes_orders_in(client: httpx.AsyncClient) -> None:
    answer = await client.post(f"{API}/orders", json={"orders": [order()]}, headers=ADMIN)

    assert (answer.status_code, problem_type(answer)) == (403, "permission-missing")
