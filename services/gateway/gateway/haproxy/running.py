"""HAProxy as our child: checked before it starts, reloaded without a refused request, gone when we are."""

import asyncio
import signal
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from gateway.haproxy.checking import NAME, check_configuration, find_haproxy
from gateway.haproxy.rendering import render
from gateway.haproxy.settings import EdgeSettings
from shared.clusters import Child, Program, ServerFailed, ServerSlow

__all__ = ["HAProxy"]

_READY_SECONDS: Final = 20.0
_POLL_SECONDS: Final = 0.02
_STOP: Final[Mapping[signal.Signals, float]] = {signal.SIGTERM: 5.0}


class HAProxy:
    """The edge on this machine, in a folder of its own. Also an async context manager."""

    def __init__(self, *, settings: EdgeSettings, folder: Path) -> None:
        """Take the settings and a folder for configuration and log; nothing is touched before `start`."""
        self.settings = settings
        self.configuration = folder / "haproxy.cfg"
        self.log = folder / "haproxy.log"
        self._folder = folder
        self._child: Child | None = None

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
    def child(self) -> Child | None:
        """The running program, None before it was started."""
        return self._child

    async def start(self) -> None:
        """Write and check the configuration, start, and return when connections are taken.

        Raises ClusterUnfit without the program, ConfigurationRefused, ServerFailed, ServerSlow.
        """
        await asyncio.to_thread(self._write, self.settings)
        program = Program(
            command=[str(find_haproxy()), "-W", "-db", "-f", str(self.configuration)],
            folder=self._folder,
            log=self.log,
        )
        self._child = await Child.launch(program)
        try:
            await self._ready(self._child)
        except BaseException:
            await self.stop()
            raise

    async def reload(self, settings: EdgeSettings) -> None:
        """Go over to other settings: a new worker takes the open sockets, the old one ends its requests.

        Raises ConfigurationRefused before anything changes when HAProxy does not take the configuration.
        """
        await asyncio.to_thread(self._write, settings)
        self.settings = settings
        if self._child is not None:
            self._child.send(signal.SIGUSR2)

    async def stop(self) -> None:
        """Stop it; nothing when it does not run."""
        if self._child is not None:
            await self._child.end(_STOP)
            self._child = None

    def _write(self, settings: EdgeSettings) -> None:
        """Put a configuration in place that HAProxy takes, in one step."""
        self._folder.mkdir(parents=True, exist_ok=True)
        draft = self.configuration.with_suffix(".new")
        draft.write_text(render(settings), encoding="utf-8")
        _find_files(settings)
        check_configuration(draft)
        draft.replace(self.configuration)

    async def _ready(self, child: Child) -> None:
        """Wait until it takes connections; raise its last words when it ends instead."""
        host, _, port = self.settings.bind.rpartition(":")
        latest = time.monotonic() + _READY_SECONDS
        while not await _takes_connections(host, int(port)):
            if not child.running:
                raise ServerFailed(server=NAME, reason=self._last_words(), log=self.log)
            if time.monotonic() > latest:
                raise ServerSlow(server=NAME, seconds=int(_READY_SECONDS), log=self.log)
            await asyncio.sleep(_POLL_SECONDS)

    def _last_words(self) -> str:
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        alerts = [line for line in lines if "ALERT" in line]
        return (alerts or lines or ["no output"])[0]


def _find_files(settings: EdgeSettings) -> None:
    """Raise ServerFailed for a key that is not there: HAProxy would take its path for a password."""
    for file in settings.public_keys:
        if not file.is_file():
            raise ServerFailed(server=NAME, reason=f"No such file: {file}", log=file)


async def _takes_connections(host: str, port: int) -> bool:
    try:
        _, writer = await asyncio.open_connection(host, port)
    except OSError:
        return False
    writer.close()
    return True
