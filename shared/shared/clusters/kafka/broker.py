"""One broker as our child: format its folder once, start, stop, kill."""

import asyncio
import os
import shutil
import signal
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from shared.clusters.child import Child, Program
from shared.clusters.errors import ServerFailed, ServerSlow
from shared.clusters.kafka.configuration import Node

__all__ = ["Broker"]

_STARTED: Final = b"Kafka Server started"
_FAILED: Final = (b"ERROR", b"Exception", b"error:")
_FORMAT_SECONDS: Final = 60
_READY_SECONDS: Final = 120
_POLL_SECONDS: Final = 0.02
_STOP: Final[Mapping[signal.Signals, float]] = {signal.SIGTERM: 30.0}


class Broker:
    """A Kafka broker on one folder. Its process ends when we end."""

    def __init__(self, *, node: Node, libs: Path, java_options: Sequence[str]) -> None:
        """Take its place, the jars and the options of its Java."""
        self.node = node
        self._java = [shutil.which("java") or "java", *java_options, "-cp", f"{libs}/*"]
        self._child: Child | None = None

    @property
    def running(self) -> bool:
        """Say whether its process lives."""
        return self._child is not None and self._child.running

    @property
    def pid(self) -> int | None:
        """The number of its process, None while none runs."""
        return self._child.pid if self.running and self._child else None

    async def format(self, *, cluster_id: str) -> None:
        """Make its data folder, unless there is one; raises ServerFailed, ServerSlow."""
        if (self.node.folder / "data" / "meta.properties").exists():
            return
        named = f"--cluster-id={cluster_id}"  # An id may begin with a hyphen.
        tool = ["kafka.tools.StorageTool", "format", named, "-c", str(self.node.properties)]
        child = await Child.launch(self._program(tool))
        try:
            code = await child.wait(timeout_seconds=_FORMAT_SECONDS)
        except TimeoutError:
            raise self._slow(_FORMAT_SECONDS) from None
        finally:
            await child.end({})
        if code != 0:
            raise self._failed(0)

    async def start(self) -> None:
        """Start it and return when it says so; nothing when it runs. Raises ServerFailed, ServerSlow."""
        if self.running:
            return
        before = self.node.log.stat().st_size if self.node.log.exists() else 0
        self._child = await Child.launch(self._program(["kafka.Kafka", str(self.node.properties)]))
        try:
            await self._ready(self._child, before)
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Stop it in order, by force after 30 seconds."""
        if self._child is not None:
            await self._child.end(_STOP)
            self._child = None

    async def kill(self) -> None:
        """Kill it as a fault would."""
        if self._child is not None:
            await self._child.end({})
            self._child = None

    def _program(self, words: list[str]) -> Program:
        """Return what to run: Java with our jars, and no variables that would change it."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("KAFKA_")}
        return Program(
            command=[*self._java, *words],
            folder=self.node.folder,
            log=self.node.log,
            environment=environment,
            death_signal=signal.SIGKILL,
        )

    async def _ready(self, child: Child, before: int) -> None:
        """Wait for the line that says so; raises what the log says when it ends instead."""
        latest = time.monotonic() + _READY_SECONDS
        while _STARTED not in self._written(before):
            if not child.running:
                raise self._failed(before)
            if time.monotonic() > latest:
                raise self._slow(_READY_SECONDS)
            await asyncio.sleep(_POLL_SECONDS)

    def _written(self, before: int) -> bytes:
        """Return what the log has gained since it was so many bytes long."""
        with self.node.log.open("rb") as log:
            log.seek(before)
            return log.read()

    def _failed(self, before: int) -> ServerFailed:
        """Return the fault with the first grave line of the log."""
        lines = self._written(before).splitlines()
        grave = (line for line in lines if any(mark in line for mark in _FAILED))
        reason = next(grave, lines[-1] if lines else b"no output").decode(errors="replace").strip()
        return ServerFailed(server="Kafka", reason=reason, log=self.node.log)

    def _slow(self, seconds: int) -> ServerSlow:
        """Return the fault of a broker that takes too long."""
        return ServerSlow(server="Kafka", seconds=seconds, log=self.node.log)
