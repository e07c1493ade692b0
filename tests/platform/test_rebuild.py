"""A read model built anew: equal to what its consumer made, beside live traffic, cut off anywhere, twice."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from shared.contracts.estate_registry import EstateRegistered
from shared.messaging import (
    Progress,
    ReachesOutside,
    ReadModel,
    RebuildUnderWay,
    react_to_one,
)
from shared.service import Service
from shared.storage import Work
from supervision.main import SERVICE as SUPERVISION
from supervision.tables import estates, supervised_units
from tests.platform.rebuilding import (
    MODELS,
    PATIENCE_ROUNDS,
    ROUNDS,
    SOURCE,
    About,
    Platform,
    consume_all,
    record_what_is_heard,
    registered,
    renamed,
    stop,
    write_on,
)


@pytest.mark.parametrize("service", MODELS, ids=lambda service: service.name)
async def test_a_corrupted_read_model_becomes_what_its_consumer_made(
    platform: Platform, service: Service
) -> None:
    assert service.read_model is not None
    told = await record_what_is_heard(platform, service)
    await consume_all(platform, service, told)
    sound = await platform.rows(service)
    recorded = await platform.ask(f"SELECT count(*) FROM {service.package}.journal")  # noqa: S608 - a schema of ours
    for table in reversed(service.read_model.ordered):
        await platform.administer(f'DELETE FROM {service.package}."{table.name}"')  # noqa: S608 - a table of ours

    rebuilt = await platform.rebuild(service).run()

    assert await platform.rows(service) == sound
    assert (rebuilt.applied, rebuilt.parked) == (told, 0)
    assert sum(each.new_rows for each in rebuilt.differences) == sum(map(len, sound.values())) > 0
    assert await platform.ask(f"SELECT count(*) FROM {service.package}.journal") == recorded  # noqa: S608 - a schema of ours
    assert await platform.ask("SELECT count(*) FROM pg_namespace WHERE nspname LIKE '%_next'") == 0


@pytest.mark.parametrize("service", MODELS, ids=lambda service: service.name)
async def test_a_fact_that_comes_again_after_the_rebuild_changes_nothing(
    platform: Platform, service: Service
) -> None:
    told = await record_what_is_heard(platform, service)
    await platform.rebuild(service).run()
    built = await platform.rows(service)

    # Known already or, where the reaction does more than write the read model, applied once more.
    await consume_all(platform, service, told)

    assert await platform.rows(service) == built


async def test_a_rebuild_beside_live_traffic_loses_and_doubles_nothing(platform: Platform) -> None:
    relay, consumer = platform.worker(SOURCE, SUPERVISION)
    tasks = [asyncio.create_task(relay.run()), asyncio.create_task(consumer.run())]
    firsts = [registered(number) for number in range(300)]
    await platform.record(SOURCE, firsts)
    writing = asyncio.gather(write_on(platform, [subject for subject, _ in firsts]))
    await platform.administer(
        "UPDATE supervision.estate_profiles SET name = 'wrong'", "DELETE FROM supervision.estates"
    )

    for _ in range(3):
        await platform.rebuild(SUPERVISION, batch=50).run()
    estates_told = sum(await writing)
    total = estates_told + ROUNDS * len(firsts)
    for _ in range(PATIENCE_ROUNDS):
        if consumer.metrics.applied + consumer.metrics.repeated >= total:
            break
        await asyncio.sleep(0.02)
    await stop(tasks)

    live = await platform.rows(SUPERVISION)
    fresh = await platform.rebuild(SUPERVISION).run(switch=False)
    assert [each for each in fresh.differences if each.old_rows or each.new_rows] == []
    assert len(live["estates"]) == estates_told
    names = [row[2] for row in live["estate_profiles"]]
    assert names.count(f"小区 v{ROUNDS}") == len(firsts)
    assert consumer.metrics.parked == 0


async def test_under_a_transaction_that_stays_open_nothing_the_consumer_had_applied_is_lost(
    platform: Platform,
) -> None:
    async with platform.databases[SOURCE].pool.acquire() as late, late.transaction():
        await late.execute("INSERT INTO subject_heads VALUES ('late', 1)")
        await platform.record(SOURCE, [registered(number) for number in range(30)])
        await consume_all(platform, SUPERVISION, 30)

        rebuilt = await platform.rebuild(SUPERVISION).run()

    assert rebuilt.applied == 30
    assert len((await platform.rows(SUPERVISION))["estates"]) == 30


class Killed(Exception):  # noqa: N818 - a name for what happened
    pass


async def test_cut_off_in_the_middle_the_old_model_stands_and_the_next_rebuild_succeeds(
    platform: Platform,
) -> None:
    await platform.record(SOURCE, [registered(number) for number in range(200)])
    await platform.rebuild(SUPERVISION).run()
    sound = await platform.rows(SUPERVISION)
    await platform.administer("UPDATE supervision.estate_profiles SET name = 'wrong'")
    wrong = await platform.rows(SUPERVISION)
    done: list[int] = []

    def kill(progress: Progress) -> None:
        done.append(progress.applied)
        if len(done) == 3:
            raise Killed

    with pytest.raises(Killed):
        await platform.rebuild(SUPERVISION, batch=20, progress=kill).run()
    assert await platform.rows(SUPERVISION) == wrong
    # What a `kill -9` leaves: the schema, half full.
    await platform.administer(
        "CREATE SCHEMA supervision_next", "CREATE TABLE supervision_next.estates (junk text)"
    )
    await platform.rebuild(SUPERVISION).run()

    assert await platform.rows(SUPERVISION) == sound


async def test_two_rebuilds_of_one_service_do_not_run_at_once(platform: Platform) -> None:
    await platform.record(SOURCE, [registered(number) for number in range(50)])
    refused: list[RebuildUnderWay] = []
    running = asyncio.Event()
    first = asyncio.create_task(
        platform.rebuild(SUPERVISION, batch=1, progress=lambda _: running.set()).run()
    )
    await running.wait()

    try:
        await platform.rebuild(SUPERVISION).run()
    except RebuildUnderWay as fault:
        refused.append(fault)

    assert (await first).switched
    assert len(refused) == 1


async def test_a_reaction_that_publishes_or_writes_elsewhere_stops_the_rebuild(platform: Platform) -> None:
    await platform.record(SOURCE, [registered(1)])

    async def publish(work: Work, event: EstateRegistered) -> None:
        work.publish(event, about=About(event.estate_id))

    async def write_elsewhere(work: Work, _event: EstateRegistered) -> None:
        await work.connection.execute("UPDATE supervised_units SET name = 'x'")

    async def read_elsewhere(work: Work, _event: EstateRegistered) -> None:
        await work.connection.fetch(str(supervised_units.select()))

    for reaction in (publish, write_elsewhere):
        model = ReadModel(tables=[estates], reactions={EstateRegistered: reaction})
        with pytest.raises(ReachesOutside, match="permission denied"):
            await platform.rebuild(SUPERVISION, model=model).run()
    harmless = ReadModel(tables=[estates], reactions={EstateRegistered: read_elsewhere})
    rebuilt = await platform.rebuild(SUPERVISION, model=harmless).run()

    assert (rebuilt.applied, rebuilt.parked) == (1, 0)
    assert await platform.ask("SELECT count(*) FROM supervision.journal") == 0


async def test_what_was_dropped_stays_out_and_what_was_parked_is_taken_in(platform: Platform) -> None:
    await platform.record(SOURCE, [registered(1), registered(2)])
    await platform.administer(
        "INSERT INTO supervision.parked SELECT 'supervision', event_id, 't', type, subject, 1, '{}', 'e', 1, "
        "now(), CASE row_number() OVER (ORDER BY seq) WHEN 1 THEN 'dropped' ELSE 'waiting' END "
        "FROM estate_registry.journal"
    )

    await platform.rebuild(SUPERVISION).run()

    assert [row[1] for row in (await platform.rows(SUPERVISION))["estates"]] == ["610703001001000002"]
    assert await platform.ask("SELECT string_agg(state, ' ' ORDER BY state) FROM supervision.parked") == (
        "dropped replayed"
    )


async def test_what_cannot_be_applied_is_parked_and_the_rest_goes_on(platform: Platform) -> None:
    poison, sound = registered(1), registered(2)
    await platform.record(SOURCE, [poison, sound, renamed(poison[0], 2), renamed(sound[0], 2)])
    model = SUPERVISION.read_model
    assert model is not None

    async def picky(work: Work, event: EstateRegistered) -> None:
        if str(event.estate_id) == poison[0]:
            raise ValueError(poison[0])
        await react_to_one(SUPERVISION.subscriptions[EstateRegistered], work, event)

    reactions = dict(model.reactions)
    reactions[EstateRegistered] = picky
    rebuilt = await platform.rebuild(SUPERVISION, model=replace(model, reactions=reactions)).run()

    held = await platform.ask("SELECT count(*) FROM supervision.parked WHERE state = 'waiting'")
    assert (rebuilt.parked, held) == (2, 2)
    assert len((await platform.rows(SUPERVISION))["estates"]) == 1


async def test_from_a_moment_on_only_later_facts_are_taken(platform: Platform) -> None:
    await platform.record(SOURCE, [registered(1)])
    platform.clock.advance(timedelta(days=1))
    await platform.record(SOURCE, [registered(2)])

    rebuilt = await platform.rebuild(SUPERVISION, since=platform.clock()).run(switch=False)

    assert (rebuilt.applied, rebuilt.switched) == (1, False)
    assert {each.table: each.new_rows for each in rebuilt.differences}["estates"] == 1
    assert await platform.ask("SELECT count(*) FROM supervision.estates") == 0


async def test_the_tables_keep_grants_and_policies_over_a_switch(platform: Platform) -> None:
    question = (
        "SELECT string_agg(relacl::text || relrowsecurity || relowner || "
        "(SELECT count(*) FROM pg_policy WHERE polrelid = c.oid), ' ' ORDER BY relname) FROM pg_class c "
        "WHERE relnamespace = 'supervision'::regnamespace AND relname IN ('estates', 'estate_profiles')"
    )
    before = await platform.ask(question)
    await platform.record(SOURCE, [registered(1)])

    await platform.rebuild(SUPERVISION).run()

    async with platform.databases["supervision"].pool.acquire() as own:
        assert await own.fetchval("SELECT count(*) FROM estates") == 1
    assert await platform.ask(question) == before
