"""One process of a service, as a child that cannot outlive us."""

import signal
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from shared.clusters import Child, ClusterError, Program

__all__ = ["ProcessDied", "ServiceProcess"]

_LINES: Final = 15
_STOP: Final[Mapping[signal.Signals, float]] = {signal.SIGTERM: 15.0}


class ProcessDied(ClusterError):  # noqa: N818 - named as the fact it states
    """A process of the platform ended although nobody asked it to."""

    zh = "进程 {process} 意外结束（{code}）。日志 {log} 的最后几行：\n{lines}"
    en = "The process {process} ended unasked ({code}). The last lines of its log {log}:\n{lines}"


class ServiceProcess:
    """`gongzhi serve` or `gongzhi work`. It keeps its log over stop and start."""

    def __init__(
        self, *, name: str, words: Sequence[str], folder: Path, environment: Mapping[str, str]
    ) -> None:
        """Take what to run; nothing is touched before `start`."""
        self.name = name
        self.log = folder / f"{name}.log"
        self._program = Program(
            command=[sys.executable, "-m", "onebox.one_service", *words],
            folder=folder,
            log=self.log,
            environment=environment,
            death_signal=signal.SIGKILL,
        )
        self._child: Child | None = None

    @property
    def running(self) -> bool:
        """Say whether it lives."""
        return self._child is not None and self._child.running

    @property
    def pid(self) -> int | None:
        """The number of the process, None while none runs."""
        return self._child.pid if self.running and self._child else None

    async def start(self) -> None:
        """Start it; nothing when it runs."""
        if not self.running:
            self._child = await Child.launch(self._program)

    async def stop(self) -> None:
        """Stop it in order, by force after 15 seconds; nothing when it does not run."""
        if self._child is not None:
            await self._child.end(_STOP)
            self._child = None

    async def kill(self) -> None:
        """Kill it as a fault would."""
        if self._child is not None:
            await self._child.end({})
            self._child = None

    async def death(self) -> ProcessDied:
        """Return the fault once it ends by itself; not to be called of one that we stopped."""
        code = await self._child.wait() if self._child is not None else 0
        return ProcessDied(process=self.name, code=code, log=self.log, lines=self.last_lines())

    def says(self, words: str) -> bool:
        """Say whether its log holds some words."""
        return words in self.log.read_text(encoding="utf-8", errors="replace")

    def last_lines(self, count: int = _LINES) -> str:
        """Return the end of its log."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        return "\n".join(lines[-count:])
