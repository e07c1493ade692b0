"""One leader per service, by a session lock: whoever loses the connection loses the lock."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, Final

from shared.kernel import Pulse
from shared.messaging.failures import DATABASE_ERRORS
from shared.storage import Database

if TYPE_CHECKING:
    import asyncpg

__all__ = ["Announcer", "Leadership"]

# How often a standby tries: a dead leader is replaced within this time.
TRY_SECONDS: Final = 0.5
CLOSE_SECONDS: Final = 2.0
# A leader whose machine vanished is noticed by the server after these.
_KEEPALIVE: Final = """
SET tcp_keepalives_idle = 1; SET tcp_keepalives_interval = 1; SET tcp_keepalives_count = 2
"""
_TRY_LOCK: Final = "SELECT pg_try_advisory_lock(hashtextextended('relay:' || $1, 0))"
_NOTIFY: Final = "SELECT pg_notify($1, '')"


class Announcer:
    """Tells the leader in another process that something was recorded here.

    One NOTIFY stands for all commits since the last, in a transaction of its own: inside the writing
    transactions it would take one global lock at every commit.
    """

    def __init__(self, database: Database) -> None:
        """Take the database whose commits are announced."""
        self._database = database

    async def announce(
        self, connection: "asyncpg.Connection[asyncpg.Record]", *, within_seconds: float
    ) -> None:
        """Wait for a commit, at most that long, and announce it."""
        with contextlib.suppress(TimeoutError):
            # Not `wait_for`: in Python 3.11 it forgets a cancellation that meets the signal.
            async with asyncio.timeout(within_seconds):
                await self._database.recorded.wait()
        if self._database.recorded.is_set():
            self._database.recorded.clear()
            await connection.execute(_NOTIFY, channel_of(self._database))

    async def run(self) -> None:
        """Announce until cancelled; for processes without a relay. Raises when the connection is lost."""
        connection = await self._database.connect()
        try:
            while True:
                await self.announce(connection, within_seconds=TRY_SECONDS)
        finally:
            await release(connection)


class Leadership:
    """The leader's connection: it holds the lock, hears announcements, reads and deletes."""

    def __init__(self, database: Database, pulse: Pulse) -> None:
        """Take the database of the service; the pulse beats while another leads."""
        self._database = database
        self._pulse = pulse
        self._announcer = Announcer(database)

    async def win(self) -> "asyncpg.Connection[asyncpg.Record]":
        """Stand by until no other leads; return the connection that leads as long as it lives."""
        connection = await self._database.connect()
        try:
            await connection.execute(_KEEPALIVE)
            while not await connection.fetchval(_TRY_LOCK, self._database.schema):
                self._pulse.beat()
                await self._announcer.announce(connection, within_seconds=TRY_SECONDS)
            await connection.add_listener(channel_of(self._database), self._wake)
        except BaseException:
            await release(connection)
            raise
        return connection

    def _wake(self, *_notification: object) -> None:
        self._database.recorded.set()


def channel_of(database: Database) -> str:
    """Return the channel on which a service's commits are announced."""
    return f"outbox.{database.schema}"


async def release(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Close a connection, whatever state it is in."""
    try:
        await connection.close(timeout=CLOSE_SECONDS)
    except DATABASE_ERRORS:
        # It cannot be closed in order, so it is cut: nothing is lost by it.
        connection.terminate()
