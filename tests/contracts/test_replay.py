"""The recorded messages go through every consumer of today: each reaction takes what was once published."""

from collections.abc import Sequence

import pytest

from onebox.services import SERVICES
from shared.contracts import UPCASTERS, latest_of
from shared.kernel import Actor
from shared.messaging import PARKED, Consumer, Delivery, PostgresBus
from shared.service import Service
from shared.storage import Database, Occasion
from shared.testing import SettableClock, rows_of
from tests.contracts.corpus import Corpus, Recorded


@pytest.fixture(params=SERVICES, ids=lambda service: service.name)
def service(request: pytest.FixtureRequest) -> Service:
    """Return each service of the platform in turn."""
    chosen: Service = request.param
    return chosen


def heard_by(service: Service) -> list[Recorded]:
    """Return the recorded messages that a service's reactions are for, in the order they were recorded."""
    heard = {fact.name for fact in service.subscriptions}
    names = [name for name in Corpus().names() if latest_of(name, UPCASTERS) in heard]
    return sorted((Corpus().read(name) for name in names), key=lambda each: each.headers["ce_time"])


def deliveries_of(recorded: Sequence[Recorded]) -> list[Delivery]:
    return [
        Delivery(
            topic=f"nz.{each.type.split('.')[1]}.events",
            partition=0,
            position=position,
            key=each.key,
            headers=each.headers,
            data=each.data,
        )
        for position, each in enumerate(recorded)
    ]


@pytest.mark.parametrize("order", ["as recorded", "backwards"])
async def test_every_reaction_takes_what_was_recorded(
    service: Service, database: Database, clock: SettableClock, order: str
) -> None:
    recorded = heard_by(service)[:: -1 if order == "backwards" else 1]
    consumer = Consumer(
        database=database,
        bus=PostgresBus(database),
        group=service.package,
        subscriptions=service.subscriptions,
        clock=clock,
    )

    for _ in range(2):
        await consumer.take(deliveries_of(recorded))

    async with database.read(Occasion(actor=Actor.system("test"), now=clock())) as work:
        assert await rows_of(work, PARKED, filters={"state": "waiting"}, of_consumer=consumer.group) == []
    assert (consumer.metrics.applied, consumer.metrics.repeated) == (len(recorded), len(recorded))
    assert len(recorded) == len(service.subscriptions)
