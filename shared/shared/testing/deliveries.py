"""What a service hears and what it says: deliver a fact to it, read what it recorded, do what is due."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from shared.contracts import CATALOGUE, Event
from shared.kernel import NATION, Actor, TerritoryCode, new_id
from shared.messaging import react_to_one
from shared.service import Service
from shared.storage import HOUSE_TABLES, Cause, Database, Occasion, Query
from shared.tasks import TaskRunner
from shared.testing.clock import SettableClock

__all__ = ["deliver", "recorded_events", "run_due_tasks"]

_journal = HOUSE_TABLES["journal"]
_RECORDED = Query(select(_journal).order_by(_journal.c.seq))
MOST_TASKS = 1000


async def deliver(
    service: Service,
    database: Database,
    event: Event,
    *,
    now: datetime,
    event_id: UUID | None = None,
    times: int = 1,
    territory: TerritoryCode = NATION,
) -> UUID:
    """Have the service's reaction applied as its consumer would: inbox row and effect in one transaction.

    With `times=2` the same message comes twice; the second must have no effect. `territory` is what the
    envelope says.
    """
    message_id = event_id or new_id()
    occasion = Occasion(
        actor=Actor.system(f"{service.name}.reactions"),
        now=now,
        causation_id=message_id,
        cause=Cause(
            source=f"/{event.context()}",
            subject=str(message_id),
            subject_version=1,
            territory=territory,
            recorded_at=now,
        ),
    )
    for _ in range(times):
        await _deliver_once(service, database, event, occasion=occasion)
    return message_id


async def _deliver_once(service: Service, database: Database, event: Event, *, occasion: Occasion) -> None:
    async with database.begin(occasion) as work:
        new = await work.connection.fetchval(
            "INSERT INTO inbox (consumer, event_id, applied_at) VALUES ($1, $2, $3) "
            "ON CONFLICT DO NOTHING RETURNING true",
            service.package,
            occasion.causation_id,
            occasion.now,
        )
        if new:
            await react_to_one(service.subscriptions[type(event)], work, event)


async def recorded_events(
    database: Database, *, catalogue: Mapping[str, type[Event]] = CATALOGUE
) -> list[Event]:
    """Return every fact the service has recorded, in order."""
    occasion = Occasion(actor=Actor.system("test"), now=SettableClock().now)
    async with database.read(occasion) as work:
        rows = await work.fetch_all(_RECORDED)
    return [catalogue[row["type"]].model_validate(row["data"]) for row in rows]


async def run_due_tasks(service: Service, database: Database, clock: SettableClock) -> int:
    """Do everything that is due by the clock; return how many tasks were done or failed."""
    runner = TaskRunner(service=service.name, database=database, handlers=service.tasks, clock=clock)
    for done in range(MOST_TASKS):
        if not await runner.step():
            return done
    message = "Due tasks do not come to an end."
    raise AssertionError(message)
