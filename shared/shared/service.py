"""What makes a service: one descriptor, from which its HTTP process and its message process are built."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.resources import files
from pathlib import Path

from fastapi import FastAPI
from sqlalchemy import MetaData

from shared.chain import JOURNAL_CHAIN, Chain
from shared.kernel import Actor, Clock, system_clock
from shared.messaging import Applier, Subscriptions
from shared.messaging.rebuild import ReadModel
from shared.privacy import SealedColumn
from shared.storage import Database, Occasion, Schema, Work
from shared.tasks import TaskHandler
from shared.web import Authenticate, Lifespan, Router, Runtime, create_app, seals_router

__all__ = ["Seed", "Service"]

# Puts reference data in place; repeating it changes nothing.
Seed = Callable[[Work], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class Service:
    """A service as it describes itself in its `main.py`.

    `name` is its folder's name (`estate-registry`); schema, login role and package bear it with
    underscores. `authenticators` are schemes of its own beside the tokens. `chains` are sealed beside the
    journal's; `sealed` are the columns that hold personal data under seal.
    """

    name: str
    metadata: MetaData
    routers: Sequence[Router]
    subscriptions: Subscriptions = field(default_factory=dict)
    tasks: Mapping[str, TaskHandler] = field(default_factory=dict)
    seed: Seed | None = None
    authenticators: Mapping[str, Authenticate] = field(default_factory=dict)
    sealed: Sequence[SealedColumn] = ()
    chains: Sequence[Chain] = ()
    read_model: ReadModel | None = None

    @property
    def package(self) -> str:
        """Return the name of the Python package, which is the name of schema and login role too."""
        return self.name.replace("-", "_")

    @property
    def topic(self) -> str:
        """Return the topic that carries the service's facts."""
        return f"nz.{self.name}.events"

    @property
    def all_chains(self) -> Sequence[Chain]:
        """Return every hash chain of the service: the journal's, and its own."""
        return (JOURNAL_CHAIN, *self.chains)

    @property
    def schema(self) -> Schema:
        """Return the service's place in the cluster."""
        migrations = Path(str(files(self.package))) / "migrations"
        return Schema(name=self.package, metadata=self.metadata, migrations=migrations)

    def app(
        self,
        *,
        database: Database,
        bearer: Authenticate,
        cursor_key: bytes,
        clock: Clock = system_clock,
        lifespan: Lifespan | None = None,
    ) -> FastAPI:
        """Return the HTTP application on a database; `bearer` verifies tokens."""
        runtime = Runtime(
            database=database,
            applier=Applier(
                database=database, consumer=database.schema, subscriptions=self.subscriptions, clock=clock
            ),
            cursor_key=cursor_key,
            authenticators={**self.authenticators, "bearer": bearer},
            clock=clock,
        )
        routers = [*self.routers, seals_router(self.all_chains)]
        return create_app(name=self.name, routers=routers, runtime=runtime, lifespan=lifespan)

    async def put_reference_data(self, database: Database, *, clock: Clock = system_clock) -> None:
        """Seed the service's reference data in one transaction."""
        if self.seed is None:
            return
        occasion = Occasion(actor=Actor.system(f"{self.name}.seed"), now=clock())
        async with database.begin(occasion) as work:
            await self.seed(work)
