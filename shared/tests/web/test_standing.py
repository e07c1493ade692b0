"""How the backbone of a service stands: what its message process reported, judged by the alarms' limits."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any, Final

import httpx
import pytest
from messaging.doubles import note
from sample_service import SAMPLE, ThingNamed

from shared.identity import Role
from shared.messaging import PostgresBus
from shared.observing import ALARMS, Figure, Reporter
from shared.process import Worker
from shared.service import Service
from shared.storage import Database
from shared.testing import SettableClock, as_role

STANDING: Final = "/api/sample/operations/standing"
OPERATOR: Final = as_role(Role.SYSTEM_ADMIN, "")
LISTENING: Final = replace(SAMPLE, subscriptions={ThingNamed: note})
SECOND: Final = timedelta(seconds=1)
WELL: Final = {"gongzhi_relay_leading": 1.0, "gongzhi_horizon_age_seconds": 0.0}


@pytest.fixture(scope="session")
def service() -> Service:
    return LISTENING


async def report(
    database: Database, clock: SettableClock, figures: Mapping[str, float] = WELL, *, worker: str = "one:1"
) -> None:
    """Have a message process say these figures of itself."""

    async def source() -> list[Figure]:
        return [Figure(name, ("sample",), value) for name, value in figures.items()]

    await Reporter(database=database, source=source, clock=clock, worker=worker).report()


async def standing(client: httpx.AsyncClient) -> dict[str, Any]:
    answer = await client.get(STANDING, headers=OPERATOR)
    assert answer.status_code == 200, answer.text
    assert answer.headers["etag"]
    found: dict[str, Any] = answer.json()
    return found


async def judged(client: httpx.AsyncClient, alarm: str) -> dict[str, Any]:
    """Return how the one alarm of a name stands."""
    (found,) = [each for each in (await standing(client))["alarms"] if each["alarm"] == alarm]
    return dict(found)


async def test_a_message_process_reports_what_the_operator_then_reads(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    worker = Worker(
        service=LISTENING, database=database, bus=PostgresBus(database), tenant="610703", clock=clock
    )
    worker.relay.metrics.leading = True
    await worker.reporter.report()

    found = await standing(client)

    assert (found["service"], found["state"]) == ("sample", "ok")
    assert [(each["speaks"], each["leading"]) for each in found["workers"]] == [(True, True)]
    assert [each["chain"] for each in found["chains"]] == ["journal"]
    assert {each["alarm"] for each in found["alarms"]} == {
        name
        for name, alarm in ALARMS.items()
        if not isinstance(alarm.measured, str) or name == "ProcessMissing"
    } - {"ConsumerBehind"}


async def test_what_waits_in_the_outbox_is_of_this_moment(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    await report(database, clock)
    body = {"name": "roof", "territory": "610703001"}
    await client.post("/api/sample/things", json=body, headers=as_role(Role.AUTHORITY_OFFICER))

    assert (await standing(client))["outbox_waiting"] == 1


async def test_a_limit_is_for_attention_until_it_was_passed_as_long_as_its_alarm_waits(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    lasting, states = ALARMS["HorizonHeld"].lasting, []
    await report(database, clock)
    started = clock.now

    while clock.now < started + lasting + 30 * SECOND:
        clock.advance(10 * SECOND)
        await report(database, clock, WELL | {"gongzhi_horizon_age_seconds": 301})
        states.append((await judged(client, "HorizonHeld"))["state"])

    assert states == ["attention"] * 6 + ["alarm"] * 3
    found = await judged(client, "HorizonHeld")
    assert (found["value"], found["limit"], found["runbook"]) == (301, 300, "docs/runbook/HorizonHeld.md")
    assert found["way_out_zh"] != found["way_out_en"]


async def test_a_limit_that_is_met_again_starts_anew(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    for age in (301, 301, 300, 301):
        await report(database, clock, WELL | {"gongzhi_horizon_age_seconds": age})
        clock.advance(30 * SECOND)

    found = await judged(client, "HorizonHeld")

    assert (found["state"], found["since"]) == ("attention", (clock.now - 30 * SECOND).isoformat()[:19] + "Z")


async def test_a_process_that_falls_silent_is_told_and_is_believed_no_more(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    await report(database, clock)
    states = []
    for _ in range(4):
        states.append((await judged(client, "ProcessMissing"))["state"])
        clock.advance(50 * SECOND)

    found = await standing(client)

    assert states == ["ok", "attention", "attention", "attention"]
    assert found["state"] == "alarm"
    assert [(each["speaks"], each["leading"]) for each in found["workers"]] == [(False, False)]


async def test_a_service_of_which_nobody_ever_reported_is_an_alarm(client: httpx.AsyncClient) -> None:
    found = await judged(client, "ProcessMissing")

    assert (found["state"], found["value"]) == ("alarm", 0)


async def test_a_counter_alarm_counts_what_was_added_also_after_a_new_start(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    name = "gongzhi_relay_failures_total"
    for failures in (100, 104, 2, 6):
        await report(database, clock, WELL | {name: failures})
        clock.advance(10 * SECOND)
    assert (
        (await judged(client, "RelayFailing"))["value"],
        (await judged(client, "RelayFailing"))["state"],
    ) == (
        10,
        "ok",
    )

    await report(database, clock, WELL | {name: 7})

    assert (await judged(client, "RelayFailing"))["state"] == "attention"


async def test_the_flow_of_the_last_minutes_is_drawn_from_the_reports(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    for second in range(0, 60, 10):
        flow = {
            "gongzhi_outbox_waiting": second * 5,
            "gongzhi_relay_published_total": second * 20,
            "gongzhi_consumer_applied_total": second * 3,
        }
        await report(database, clock, WELL | flow)
        clock.advance(10 * SECOND)

    last = (await standing(client))["series"][-2]

    assert (last["outbox_waiting"], last["published"], last["applied"]) == (250, 20, 3)
    assert last["recorded"] == pytest.approx(25, abs=1)


async def test_reports_are_kept_for_little_more_than_an_hour(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> None:
    await report(database, clock, worker="old:1")
    clock.advance(timedelta(minutes=76))

    await report(database, clock, worker="new:1")

    assert [each["worker"] for each in (await standing(client))["workers"]] == ["new:1"]
    assert await database.pool.fetchval("SELECT count(*) FROM work_reports") == 1


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.SYSTEM_ADMIN])
async def test_nobody_but_the_operator_may_ask(client: httpx.AsyncClient, role: Role) -> None:
    answer = await client.get(STANDING, headers=as_role(role, ""))

    assert answer.status_code == 403


async def test_without_a_token_nothing_is_told(client: httpx.AsyncClient) -> None:
    assert (await client.get(STANDING)).status_code == 401
