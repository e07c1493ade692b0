"""A process of a fault run: the real parts of the platform, wrapped so that they can die at named places.

python -m tests.faults.worker ORDERS
"""

import asyncio
import sys
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from typing import Final

import uvicorn
import uvloop
from fastapi import FastAPI
from sample_service import SAMPLE, ThingNamed

from shared.logging import configure_logging
from shared.messaging import Announcer, Consumer, KafkaBus, KafkaSettings, relay
from shared.process import Worker
from shared.service import Service
from shared.settings import PlatformSettings, load
from shared.storage import DATABASE_AWAY, Database
from shared.testing import read_test_token
from tests.faults.books import DISTRICT, ledger, supervision
from tests.faults.crashing import CrashingBus, crashing_outbox, crashing_reactions
from tests.faults.facts import PaymentAsked, keep_name
from tests.faults.orders import Orders
from tests.faults.sabotage import outbox_under, replaced, sabotage_applying
from tests.faults.writing import write_until_stopped

ANNOUNCE_AGAIN_SECONDS: Final = 0.5
POOL_MAX: Final = 8


def main() -> None:
    """Do what the orders say, until killed."""
    orders = Orders.of_text(sys.argv[1])
    configure_logging(load(PlatformSettings, log_level="INFO"), service=orders.name)
    replaced(relay, Outbox=crashing_outbox(outbox_under(orders.sabotage), orders.points))
    sabotage_applying(orders.sabotage)
    uvloop.run(ROLES[orders.role](orders))


async def relay_of_sample(orders: Orders) -> None:
    """Carry what the sample service recorded; one of two, the other stands by."""
    await _work(orders, replace(SAMPLE, subscriptions={}))


async def work_of_ledger(orders: Orders) -> None:
    """Be the message process of subsidy-ledger."""
    await _work(orders, ledger())


async def work_of_supervision(orders: Orders) -> None:
    """Be the message process of supervision."""
    await _work(orders, supervision())


async def consumer_of_sample(orders: Orders) -> None:
    """Be one of two members of a group."""
    heard = crashing_reactions({ThingNamed: keep_name, PaymentAsked: keep_name}, orders.points)
    async with opened(orders, SAMPLE) as database:
        consumer = Consumer(database=database, bus=_bus(orders), group="sample", subscriptions=heard)
        await consumer.run()


async def api_of_sample(orders: Orders) -> None:
    """Be the HTTP process of the sample service."""
    database = database_of(orders, SAMPLE)

    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        await _open_patiently(database)
        announcing = asyncio.create_task(_announce(database))
        yield
        announcing.cancel()
        await database.close()

    app = SAMPLE.app(database=database, bearer=read_test_token, cursor_key=b"faults", lifespan=lifespan)
    settings = uvicorn.Config(app, port=orders.port, http="httptools", log_config=None, access_log=False)
    await uvicorn.Server(settings).serve()


async def producer(orders: Orders) -> None:
    """Write, and remember what was answered."""
    async with opened(orders, SAMPLE) as database:
        announcing = asyncio.create_task(_announce(database))
        await write_until_stopped(orders, database)
        announcing.cancel()


ROLES: Final[Mapping[str, Callable[[Orders], Coroutine[object, object, None]]]] = {
    "relay": relay_of_sample,
    "consumer": consumer_of_sample,
    "ledger": work_of_ledger,
    "supervision": work_of_supervision,
    "api": api_of_sample,
    "producer": producer,
}


def database_of(orders: Orders, service: Service) -> Database:
    """Return the service's door into the database."""
    return Database(dsn=orders.dsn, schema=service.package, pool_min=0, pool_max=POOL_MAX)


@asynccontextmanager
async def opened(orders: Orders, service: Service) -> AsyncIterator[Database]:
    """Open the service's database; a process may be started while the server is away."""
    database = database_of(orders, service)
    await _open_patiently(database)
    yield database
    await database.close()


async def _open_patiently(database: Database) -> None:
    while True:
        try:
            return await database.open()
        except DATABASE_AWAY:
            await asyncio.sleep(ANNOUNCE_AGAIN_SECONDS)


async def _work(orders: Orders, service: Service) -> None:
    service = replace(service, subscriptions=crashing_reactions(service.subscriptions, orders.points))
    async with opened(orders, service) as database:
        await Worker(service=service, database=database, bus=_bus(orders), tenant=DISTRICT).run()


def _bus(orders: Orders) -> CrashingBus:
    return CrashingBus(KafkaBus(KafkaSettings(servers=orders.kafka, client_id=orders.name)), orders.points)


async def _announce(database: Database) -> None:
    """Tell the relays of commits, as the HTTP process of a service does."""
    while True:
        try:
            await Announcer(database).run()
        except DATABASE_AWAY:
            await asyncio.sleep(ANNOUNCE_AGAIN_SECONDS)


if __name__ == "__main__":
    main()
