"""A server as our direct child: it cannot outlive us, and its end is known at once.

The kernel's death signal is bound to the *thread* that started the child. Each child therefore gets a thread
of its own, which starts it, waits for it, and announces its end.
"""

import asyncio
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.clusters.account import Account

__all__ = ["Child", "Program"]

_LAUNCHER: Final = Path(__file__).with_name("launch.py")


@dataclass(frozen=True, slots=True, kw_only=True)
class Program:
    """What to run: the command, where, as whom, where its output goes, which signal ends it with us."""

    command: Sequence[str]
    folder: Path
    log: Path
    account: Account | None = None
    environment: Mapping[str, str] | None = None
    death_signal: signal.Signals = signal.SIGTERM

    def launched(self) -> list[str]:
        """Return the command with our launcher before it."""
        change = self.account is not None and self.account.changed
        uid, gid = (self.account.uid, self.account.gid) if self.account and change else (-1, -1)
        before = (os.getpid(), int(self.death_signal), uid, gid)
        interpreter = [sys.executable, "-I", "-S", str(_LAUNCHER)]
        return [*interpreter, *map(str, before), *self.command]


class Child:
    """A running program. Made by `Child.launch`."""

    def __init__(self, *, pid: int, ended: Future[int]) -> None:
        """Keep the process number and the promise of its exit code."""
        self.pid = pid
        self._ended = ended

    @classmethod
    async def launch(cls, program: Program) -> "Child":
        """Start the program; raises OSError when its folder or log cannot be used."""
        born: Future[int] = Future()
        ended: Future[int] = Future()
        for promise in (born, ended):
            promise.set_running_or_notify_cancel()
        keeper = threading.Thread(
            target=_keep, args=(program, born, ended), name="cluster-keeper", daemon=True
        )
        keeper.start()
        return cls(pid=await asyncio.wrap_future(born), ended=ended)

    @property
    def running(self) -> bool:
        """Say whether the program has not ended."""
        return not self._ended.done()

    async def wait(self, *, timeout_seconds: float | None = None) -> int:
        """Return the exit code (negative: the signal that ended it); raises TimeoutError."""
        return await asyncio.wait_for(asyncio.wrap_future(self._ended), timeout_seconds)

    def send(self, number: signal.Signals) -> None:
        """Send a signal to the program while it runs."""
        if self.running:
            os.kill(self.pid, number)

    async def end(self, signals: Mapping[signal.Signals, float]) -> int:
        """Ask it to end by each signal in turn, waiting so many seconds after each; at last kill it."""
        for number, seconds in signals.items():
            self.send(number)
            try:
                return await self.wait(timeout_seconds=seconds)
            except TimeoutError:
                continue
        self.send(signal.SIGKILL)
        return await self.wait()


def _keep(program: Program, born: Future[int], ended: Future[int]) -> None:
    """Start the program in this thread, and stay until it ends."""
    try:
        process = _start(program)
    except OSError as fault:
        born.set_exception(fault)
        return
    born.set_result(process.pid)
    ended.set_result(process.wait())


def _start(program: Program) -> subprocess.Popen[bytes]:
    """Start the program in a session of its own, so that Ctrl-C reaches us alone and we end it in order."""
    with program.log.open("ab") as log:
        return subprocess.Popen(  # noqa: S603 - the command is made by our own supervisors
            program.launched(),
            cwd=program.folder,
            env=program.environment,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
