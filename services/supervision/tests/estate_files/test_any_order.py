"""Facts of different contexts come in any order, and more than once: the page must be the same.

The tests ask for more than the bus promises: any order at all, also within a subject, and without an inbox
that would drop what comes again.
"""

from collections.abc import Sequence
from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from supervision_samples import ESTATE, EVERYTHING, Told, estate_registered, mode_changed, told

from shared.kernel import Actor
from shared.messaging import Applier, Message, react_to_one
from shared.messaging.arrival import Arrival
from shared.service import Service
from shared.storage import Database, Occasion, Work
from shared.testing import ServiceDatabase, SettableClock, TestCluster
from supervision.estate_files.queries.page import estate_file
from supervision.estate_files.queries.views import EstateFileView

SETTINGS: Final = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
FACTS: Final = told(EVERYTHING)
FIRST_DAY: Final = date(2026, 1, 1)
CLOCK: Final = SettableClock()


async def file_after(facts: Sequence[Told], *, cluster: TestCluster, service: Service) -> EstateFileView:
    """Return the page of the estate in a fresh database that heard these facts, one by one."""
    async with ServiceDatabase.fresh(cluster, service, clock=CLOCK) as fresh:
        async with fresh.database.begin(occasion()) as base:
            for fact in facts:
                work = Work(lent=base.connection, occasion=occasion(fact))
                await react_to_one(service.subscriptions[type(fact.event)], work, fact.event)
        return await page_in(fresh.database)


async def file_after_sets(
    batches: Sequence[Sequence[Told]], *, cluster: TestCluster, service: Service
) -> EstateFileView:
    """Return the page of the estate in a fresh database that heard these facts batch by batch."""
    async with ServiceDatabase.fresh(cluster, service, clock=CLOCK) as fresh:
        applier = Applier(database=fresh.database, consumer="test", subscriptions=service.subscriptions)
        async with applier.begin() as base:
            for batch in batches:
                await applier.react(base, [Arrival.of_message("any", message_of(fact)) for fact in batch])
        return await page_in(fresh.database)


def message_of(fact: Told) -> Message:
    """Return the message of a fact; each is of a subject of its own, so that no order holds a set apart."""
    return Message(
        id=fact.id,
        source=f"/{fact.event.context()}",
        type=fact.event.name,
        subject=str(fact.id),
        subject_version=1,
        time=CLOCK.now,
        territory="610703",
        role="R11",
        tenant="610703",
        schema_version=1,
        dataschema="test",
        pii_level=0,
        data=fact.event.model_dump_json().encode(),
    )


async def page_in(database: Database) -> EstateFileView:
    async with database.read(occasion()) as work:
        return await estate_file(work, estate_id=ESTATE)


def occasion(fact: Told | None = None) -> Occasion:
    return Occasion(actor=Actor.system("test"), now=CLOCK.now, causation_id=fact.id if fact else None)


@pytest.fixture(scope="session")
async def expected(cluster: TestCluster, service: Service) -> EstateFileView:
    """Return the page after every fact came once, in the order in which all were recorded."""
    return await file_after(FACTS, cluster=cluster, service=service)


@SETTINGS
@given(order=st.permutations(FACTS), again=st.lists(st.sampled_from(FACTS), max_size=20), data=st.data())
async def test_any_order_with_any_fact_repeated_gives_the_same_page(
    cluster: TestCluster,
    service: Service,
    expected: EstateFileView,
    order: list[Told],
    again: list[Told],
    data: st.DataObject,
) -> None:
    for fact in again:
        order.insert(data.draw(st.integers(0, len(order))), fact)

    assert await file_after(order, cluster=cluster, service=service) == expected


@SETTINGS
@given(order=st.permutations([*FACTS, *FACTS]), cuts=st.lists(st.integers(0, 2 * len(FACTS)), max_size=4))
async def test_any_order_set_by_set_gives_the_same_page(
    cluster: TestCluster, service: Service, expected: EstateFileView, order: list[Told], cuts: list[int]
) -> None:
    bounds = [0, *sorted(cuts), len(order)]
    batches = [order[start:end] for start, end in pairwise(bounds)]

    assert await file_after_sets(batches, cluster=cluster, service=service) == expected


async def test_each_fact_doubled_at_once_and_all_again_at_the_end_gives_the_same_page(
    cluster: TestCluster, service: Service, expected: EstateFileView
) -> None:
    doubled = [fact for fact in FACTS for _ in range(2)]

    assert await file_after([*doubled, *FACTS], cluster=cluster, service=service) == expected


@SETTINGS
@given(
    starts=st.lists(st.integers(0, 30), min_size=1, max_size=6),
    data=st.data(),
)
async def test_the_modes_are_those_of_the_register_whatever_the_order(
    cluster: TestCluster, service: Service, starts: list[int], data: st.DataObject
) -> None:
    modes = ("standard_property", "quasi_service", "owner_self_rule", "community_management")
    changes = [
        mode_changed(modes[number % 4], start=FIRST_DAY + timedelta(days=day))
        for number, day in enumerate(starts)
    ]
    facts = told([estate_registered(), *changes])

    page = await file_after(data.draw(st.permutations(facts)), cluster=cluster, service=service)

    assert [(mode.mode, mode.starts_on) for mode in reversed(page.modes)] == timeline(
        [(change.new_mode, change.effective_from) for change in changes]
    )


def timeline(changes: Sequence[tuple[str, date]]) -> list[tuple[str, date]]:
    """Return what holds after changes said one after another: each drops what was planned from its day on."""
    line: list[tuple[str, date]] = []
    for mode, start in changes:
        line = [*(change for change in line if change[1] < start), (mode, start)]
    return line
