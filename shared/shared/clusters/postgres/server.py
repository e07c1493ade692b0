"""One run of the postmaster: its command line, its start until it says it is ready, its end."""

import asyncio
import signal
import time
from collections.abc import Mapping
from typing import Final

from shared.clusters.child import Child, Program
from shared.clusters.errors import PortTaken, ServerSlow
from shared.clusters.ports import port_is_taken
from shared.clusters.postgres.binaries import Binaries
from shared.clusters.postgres.creation import environment, log_since
from shared.clusters.postgres.diagnosis import Circumstances, diagnose
from shared.clusters.postgres.folders import Folders
from shared.clusters.postgres.orphans import server_title

__all__ = ["HOST", "end_server", "launch_server"]

HOST: Final = "127.0.0.1"
_READY_SECONDS: Final = 120
_POLL_SECONDS: Final = 0.002
# Fast shutdown, then immediate shutdown; a kill after both.
_STOP: Final[Mapping[signal.Signals, float]] = {signal.SIGINT: 20.0, signal.SIGQUIT: 5.0}
_STATUS_LINE: Final = 7


async def launch_server(
    *, folders: Folders, binaries: Binaries, settings: Mapping[str, str], port: int
) -> Child:
    """Start the postmaster and return it when it says that it is ready; raises a ClusterError."""
    if port_is_taken(port, host=HOST):
        raise PortTaken(port=port)
    before = folders.log.stat().st_size
    program = Program(
        command=[str(binaries.postgres), "-D", str(folders.data), *_options(folders, settings, port)],
        folder=folders.data,
        log=folders.log,
        account=folders.account,
        environment=environment(),
        death_signal=signal.SIGINT,
    )
    child = await Child.launch(program)
    try:
        await _ready(child, folders, port, before)
    except BaseException:
        await end_server(child)
        raise
    return child


async def end_server(child: Child) -> None:
    """End the postmaster: in order, then at once, at last by force."""
    await child.end(_STOP)


def _options(folders: Folders, settings: Mapping[str, str], port: int) -> list[str]:
    """Return the settings as options; those that place the server cannot be changed."""
    places = {
        "listen_addresses": HOST,
        "port": str(port),
        "unix_socket_directories": str(folders.run),
        "cluster_name": server_title(folders.data),
    }
    return [word for name, value in {**settings, **places}.items() for word in ("-c", f"{name}={value}")]


async def _ready(child: Child, folders: Folders, port: int, before: int) -> None:
    """Wait for `ready` in postmaster.pid; raises what the log says when the server ends instead."""
    latest = time.monotonic() + _READY_SECONDS
    while not _says_ready(child, folders):
        if not child.running:
            raise diagnose(log_since(folders, before), _circumstances(folders, port))
        if time.monotonic() > latest:
            raise ServerSlow(server="PostgreSQL", seconds=_READY_SECONDS, log=folders.log)
        await asyncio.sleep(_POLL_SECONDS)


def _says_ready(child: Child, folders: Folders) -> bool:
    """Read the pid file, which the server rewrites as it comes up."""
    try:
        lines = (folders.data / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    whole = len(lines) > _STATUS_LINE and lines[0].strip() == str(child.pid)
    return whole and lines[_STATUS_LINE].strip() == "ready"


def _circumstances(folders: Folders, port: int) -> Circumstances:
    """Say where this server was to run."""
    return Circumstances(
        server="PostgreSQL", folder=folders.top, log=folders.log, account=folders.account, port=port
    )
