"""The pool of one service on its own schema, and the doors into it.

`change` for a command, `at_once` for one of a single statement, `begin` for a transaction that several share,
`read` to look.
"""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import asyncpg

from shared.storage.closing import Closing, commit
from shared.storage.faults import CONNECTION_LOST, DATABASE_AWAY, OutcomeUnknown
from shared.storage.lost_servers import (
    TAKE_BACK_SECONDS,
    command_seconds,
    is_gone,
    roll_back,
    watch_machine,
)
from shared.storage.occasion import Occasion
from shared.storage.recording import RECORD, facts_arguments, record_facts
from shared.storage.work import Work

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy

__all__ = ["Database", "FactsWithoutTransaction"]

STATEMENT_CACHE_SIZE: Final = 512
CONNECT_TIMEOUT_SECONDS: Final = 10
ANSWER_SECONDS: Final = 2
_LOST: Final[tuple[type[Exception], ...]] = (*CONNECTION_LOST, OutcomeUnknown)


class FactsWithoutTransaction(Exception):  # noqa: N818 - named as the fact it states
    """A fact was published where nothing is recorded: a fault of the program."""


@dataclass(kw_only=True)
class Database:
    """One service's schema, reached by the service's own login role."""

    dsn: str
    schema: str
    pool_min: int = 1
    pool_max: int = 8
    statement_timeout_ms: int = 30_000
    # Set after every commit that recorded a fact: the relay in the same process wakes by it.
    recorded: asyncio.Event = field(default_factory=asyncio.Event)
    # What every unit of work on this database may keep for the next: rules and calendar, some seconds old.
    memory: dict[str, object] = field(default_factory=dict)
    _pool: "asyncpg.Pool[asyncpg.Record] | None" = None

    @property
    def pool(self) -> "asyncpg.Pool[asyncpg.Record]":
        """Return the open pool; raise RuntimeError before `open`."""
        if self._pool is None:
            message = "The database is not open."
            raise RuntimeError(message)
        return self._pool

    async def open(self) -> None:
        """Open the pool."""
        self._pool = await asyncpg.create_pool(
            self.dsn,
            min_size=self.pool_min,
            max_size=self.pool_max,
            init=_prepare_connection,
            reset=_leave_as_is,
            statement_cache_size=STATEMENT_CACHE_SIZE,
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=command_seconds(self.statement_timeout_ms),
            server_settings=self._server_settings(),
        )

    async def close(self) -> None:
        """Close the pool, waiting for what is under way."""
        if self._pool is not None:
            await self._pool.close()
            self._pool = None

    async def answers(self) -> bool:
        """Say whether the server answers now, within two seconds."""
        try:
            async with self.pool.acquire(timeout=ANSWER_SECONDS) as connection:
                return await connection.fetchval("SELECT true", timeout=ANSWER_SECONDS) is True
        except DATABASE_AWAY:
            return False

    async def connect(self) -> "asyncpg.Connection[asyncpg.Record]":
        """Open a dedicated connection, for a leader's lock or for LISTEN. The caller closes it."""
        search_path = {"search_path": f"{self.schema},public"}
        connection = await asyncpg.connect(
            self.dsn,
            timeout=CONNECT_TIMEOUT_SECONDS,
            command_timeout=command_seconds(self.statement_timeout_ms),
            server_settings=search_path,
        )
        await _prepare_connection(connection)
        return connection

    def _server_settings(self) -> dict[str, str]:
        return {
            "search_path": f"{self.schema},public",
            "statement_timeout": str(self.statement_timeout_ms),
            "application_name": self.schema,
        }

    @asynccontextmanager
    async def begin(self, occasion: Occasion) -> AsyncIterator[Work]:
        """Open a unit of work: one transaction of state, journal and outbox, committed on leaving.

        An exception rolls everything back, but for OutcomeUnknown: the connection was lost in the commit.
        """
        async with self._lent() as connection:
            work = Work(lent=connection, occasion=occasion, memory=self.memory)
            transaction = connection.transaction()
            await transaction.start()
            try:
                yield work
                await record_facts(connection, occasion=work.occasion, facts=work.facts)
            except BaseException:
                await roll_back(transaction, connection)
                work.interrupted = is_gone(connection)
                raise
            await commit(transaction)
        if work.facts:
            self.recorded.set()

    @asynccontextmanager
    async def change(self, occasion: Occasion) -> AsyncIterator[Work]:
        """Open the unit of work of one command, as `begin` does, with as few round trips as it allows.

        The transaction begins with the first statement that writes or locks; what the command has put, saved
        and published goes to the database at the end, in one statement.
        """
        async with self._lent() as connection:
            closing = Closing(connection)
            work = Work(lent=connection, occasion=occasion, memory=self.memory, closing=closing)
            try:
                yield work
                facts = facts_arguments(occasion, work.facts) if work.facts else ()
                await closing.end(RECORD if facts else "", facts)
            except BaseException:
                await closing.roll_back()
                raise
            await closing.commit()
        if work.facts:
            self.recorded.set()

    @asynccontextmanager
    async def at_once(self, occasion: Occasion) -> AsyncIterator[Work]:
        """Open the unit of work of a command whose last statement changes all, and commits by itself.

        The connection is lent with the first statement: who waits for others before it keeps nobody from one.
        Raises FactsWithoutTransaction as `read` does.
        """
        async with AsyncExitStack() as lent:

            async def lend() -> "PoolConnectionProxy[asyncpg.Record]":
                return await lent.enter_async_context(self._lent())

            work = Work(lend=lend, occasion=occasion, memory=self.memory)
            yield work
        _refuse_facts(work)

    @asynccontextmanager
    async def read(self, occasion: Occasion) -> AsyncIterator[Work]:
        """Open a unit of work that only looks: no transaction, each statement sees what is committed.

        Raises FactsWithoutTransaction when a fact was published in it, rather than losing it.
        """
        async with self._lent() as connection:
            work = Work(lent=connection, occasion=occasion, memory=self.memory)
            yield work
        _refuse_facts(work)

    @asynccontextmanager
    async def _lent(self) -> AsyncIterator["PoolConnectionProxy[asyncpg.Record]"]:
        connection, lost = await self.pool.acquire(), False
        try:
            yield connection
        except _LOST:
            lost = True
            raise
        finally:
            try:
                await self.pool.release(connection, timeout=TAKE_BACK_SECONDS)
            except TimeoutError:
                lost = True
            if lost:
                # What befell it befell the others as well; a new connection costs less than to find out.
                await self.pool.expire_connections()


def _refuse_facts(work: Work) -> None:
    if work.facts:
        message = f"{work.facts[0].event.name} was published where nothing records it."
        raise FactsWithoutTransaction(message)


async def _prepare_connection(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    watch_machine(connection)
    await connection.set_type_codec("jsonb", encoder=json_text, decoder=json.loads, schema="pg_catalog")


async def _leave_as_is(_connection: object) -> None:
    """Skip asyncpg's reset on release: a whole round trip for state that no statement of ours sets."""


def json_text(value: object) -> str:
    """Write a value for a jsonb column: compact, Chinese as it is."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
