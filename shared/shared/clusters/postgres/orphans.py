"""What an earlier run left behind: a postmaster without a parent, its children, its files."""

import asyncio
import hashlib
import os
import shutil
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from shared.clusters.account import Account
from shared.clusters.errors import OrphanStays

__all__ = ["clear_leftovers", "server_processes", "server_title"]

_PROCESSES: Final = Path("/proc")
_POLL_SECONDS: Final = 0.01
_STOP_SECONDS: Final = 15.0
_KILL_SECONDS: Final = 5.0


def server_title(data: Path) -> str:
    """Return the cluster name PostgreSQL shows in the titles of its processes: one per data folder."""
    return f"gongzhi-{hashlib.sha256(os.fsencode(data)).hexdigest()[:12]}"


def server_processes(data: Path, account: Account) -> list[int]:
    """Return the processes of the account that serve this data folder, the postmaster and its children.

    They are known by their command lines, which anyone may read; their working folders need a capability
    that containers lack. Empty where the system has no /proc.
    """
    title = f"postgres: {server_title(data)}: ".encode()
    lines = _command_lines(account)
    return sorted(pid for pid, words in lines if words[0].startswith(title) or _is_postmaster(words, data))


def _postmasters(data: Path, account: Account) -> list[int]:
    """Return those that run as `postgres -D data`: the postmaster, and newborn children."""
    return [pid for pid, words in _command_lines(account) if _is_postmaster(words, data)]


def _command_lines(account: Account) -> Iterator[tuple[int, list[bytes]]]:
    """Yield number and command line of each process of the account; a zombie has an empty one."""
    if not _PROCESSES.is_dir():
        return
    for process in _PROCESSES.iterdir():
        if not process.name.isdecimal():
            continue
        try:
            if process.stat().st_uid == account.uid:
                yield int(process.name), (process / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue  # it ended meanwhile, or is hidden from us


def _is_postmaster(words: list[bytes], data: Path) -> bool:
    """Say whether the command line is that of `postgres -D data`."""
    return words[0].rpartition(b"/")[2] == b"postgres" and words[1:3] == [b"-D", os.fsencode(data)]


async def clear_leftovers(data: Path, run: Path, account: Account) -> None:
    """Stop what still serves the data, then remove the files that say so; raises OrphanStays.

    First in order: a fast shutdown of the postmaster alone, for its checkpointer takes the same signal as
    "write the last checkpoint now". Then by force: children of a killed postmaster may be in the middle of a
    statement and hold the shared memory. Only the holder of the folder's lock may call this.
    """
    if orphans := _postmasters(data, account):
        _signal_each(orphans, signal.SIGINT)
        await _none_left(data, account, _STOP_SECONDS)
    if left := server_processes(data, account):
        _signal_each(left, signal.SIGKILL)
        await _none_left(data, account, _KILL_SECONDS)
    if left := server_processes(data, account):
        raise OrphanStays(pids=" ".join(map(str, left)))
    if _PROCESSES.is_dir():
        _remove_marks(data, run)


def _signal_each(pids: list[int], number: signal.Signals) -> None:
    """Send the signal to those that still live."""
    for pid in pids:
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            continue


async def _none_left(data: Path, account: Account, seconds: float) -> None:
    """Wait until no process serves the data, so many seconds at most."""
    latest = time.monotonic() + seconds
    while server_processes(data, account) and time.monotonic() < latest:  # noqa: ASYNC110 - it is no child of ours
        await asyncio.sleep(_POLL_SECONDS)


def _remove_marks(data: Path, run: Path) -> None:
    """Remove the pid file and the sockets of a server that is gone; PostgreSQL trusts a reused number."""
    (data / "postmaster.pid").unlink(missing_ok=True)
    for mark in run.glob(".s.PGSQL.*"):
        mark.unlink(missing_ok=True)
    shutil.rmtree(data.with_name("data.new"), ignore_errors=True)
