"""A real Apache Kafka of one or three brokers, without Docker."""

import asyncio
import base64
import os
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType, TracebackType
from typing import Final, Self

from shared.clusters.kafka.broker import Broker
from shared.clusters.kafka.configuration import HOST, Node, configuration, plan
from shared.clusters.kafka.health import all_met
from shared.clusters.kafka.installation import LIBS, install

__all__ = ["KafkaCluster"]

_CLUSTER_ID: Final = "cluster-id"
_OWN_PORTS: Final[Mapping[int, int]] = MappingProxyType({})
# Small and quick to start; a broker under load is given its own options.
_JAVA_OPTIONS: Final = ("-Xmx512m", "-XX:+UseSerialGC", "-Dorg.slf4j.simpleLogger.showDateTime=true")


class KafkaCluster:
    """Brokers on one folder, run as our direct children. Also an async context manager.

    They end when we end, even by `kill -9`. The folder keeps their data over `stop` and `start`; ports are
    chosen once for each object of this class.
    """

    def __init__(
        self,
        *,
        folder: Path,
        brokers: int = 1,
        libs: Path = LIBS,
        java_options: Sequence[str] = _JAVA_OPTIONS,
        told_ports: Mapping[int, int] = _OWN_PORTS,
    ) -> None:
        """Take the choices; nothing is touched before `start`. `libs` is the folder of Kafka's jars.

        `told_ports` are the ports, by broker number, that clients are told instead of a broker's own: of
        something that stands before it. Brokers reach each other without it.
        """
        self._folder = folder.absolute()
        self._libs = libs
        nodes = plan(self._folder, brokers=brokers, told_ports=told_ports)
        self._brokers = {
            node.number: Broker(node=node, libs=libs, java_options=java_options) for node in nodes
        }

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
    def bootstrap(self) -> str:
        """The addresses of all brokers, as clients are told them."""
        return ",".join(f"{HOST}:{node.told_port}" for node in self.nodes)

    @property
    def nodes(self) -> list[Node]:
        """The brokers' numbers, ports and folders."""
        return [broker.node for broker in self._brokers.values()]

    @property
    def pids(self) -> dict[int, int]:
        """The processes of the running brokers, by broker number."""
        return {number: broker.pid for number, broker in self._brokers.items() if broker.pid is not None}

    async def start(self) -> None:
        """Fetch the jars where missing, make the folders, start all brokers, and let them meet.

        On return each of them answers and knows all others: a topic made now has all its copies. Raises a
        ClusterError.
        """
        await asyncio.to_thread(install, libs=self._libs)
        self._write_files()
        cluster_id = self._cluster_id()
        try:
            async with asyncio.TaskGroup() as formats:
                for broker in self._brokers.values():
                    formats.create_task(broker.format(cluster_id=cluster_id))
            async with asyncio.TaskGroup() as starts:
                for broker in self._brokers.values():
                    starts.create_task(broker.start())
            async with asyncio.TaskGroup() as meetings:
                for node in self.nodes:
                    meetings.create_task(all_met(node, count=len(self.nodes)))
        except BaseExceptionGroup as faults:
            await self.stop()
            raise faults.exceptions[0] from faults

    async def stop(self) -> None:
        """Stop all brokers, at the same time: the last ones alone would have no quorum to leave in order."""
        await asyncio.gather(*(broker.stop() for broker in self._brokers.values()))

    async def start_broker(self, number: int) -> None:
        """Start one broker, numbered from 1."""
        await self._brokers[number].start()

    async def stop_broker(self, number: int) -> None:
        """Stop one broker in order."""
        await self._brokers[number].stop()

    async def kill_broker(self, number: int) -> None:
        """Kill one broker as a fault would."""
        await self._brokers[number].kill()

    async def restart_broker(self, number: int) -> None:
        """Stop one broker in order and start it on the same data and ports."""
        await self._brokers[number].stop()
        await self._brokers[number].start()

    def _write_files(self) -> None:
        """Make every broker's folder and write its properties, whose ports may be new."""
        for node in self.nodes:
            node.folder.mkdir(parents=True, exist_ok=True)
            node.properties.write_text(configuration(node, self.nodes))

    def _cluster_id(self) -> str:
        """Return the name of the cluster, made on the first start and kept."""
        kept = self._folder / _CLUSTER_ID
        if not kept.exists():
            random = base64.urlsafe_b64encode(uuid.UUID(bytes=os.urandom(16)).bytes)
            kept.write_text(random.rstrip(b"=").decode())
        return kept.read_text()
