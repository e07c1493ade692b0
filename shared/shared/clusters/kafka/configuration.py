"""The configuration of the brokers: each is broker and controller at once, in KRaft mode."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.clusters.ports import free_ports

__all__ = ["HOST", "Node", "configuration", "plan"]

HOST: Final = "127.0.0.1"
_MOST_REPLICAS: Final = 3
_COORDINATOR_PARTITIONS: Final = 6
# A killed broker may come back when its session is over; Kafka's own nine seconds would be waited in full.
_SESSION_MILLISECONDS: Final = 3_000
_HEARTBEAT_MILLISECONDS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One broker: its number from 1, its ports for clients, brokers and controllers, its folder.

    `told_port` is what clients are told: its own, or that of something that stands before it.
    """

    number: int
    port: int
    told_port: int
    broker_port: int
    controller_port: int
    folder: Path

    @property
    def properties(self) -> Path:
        """The file the broker is started with."""
        return self.folder / "server.properties"

    @property
    def log(self) -> Path:
        """What the broker writes about itself."""
        return self.folder / "server.log"


def plan(folder: Path, *, brokers: int, told_ports: Mapping[int, int]) -> list[Node]:
    """Choose numbers, free ports and folders for so many brokers; `told_ports` are by broker number."""
    ports = iter(free_ports(3 * brokers, host=HOST))
    return [
        Node(
            number=number,
            port=(port := next(ports)),
            told_port=told_ports.get(number, port),
            broker_port=next(ports),
            controller_port=next(ports),
            folder=folder / f"broker-{number}",
        )
        for number in range(1, brokers + 1)
    ]


def configuration(node: Node, nodes: list[Node]) -> str:
    """Write the properties of one broker among its fellows.

    With three brokers a write needs two of them (`min.insync.replicas`), so one may die. Topics are declared,
    never made by a slip of the pen.
    """
    replicas = min(_MOST_REPLICAS, len(nodes))
    needed = max(1, replicas - 1)
    settings = {**_place(node, nodes), **_replication(replicas, needed), **_habits()}
    return "".join(f"{name}={value}\n" for name, value in settings.items())


def _place(node: Node, nodes: list[Node]) -> dict[str, object]:
    """Say who the broker is, where it listens, and who votes. Brokers have a door of their own."""
    voters = ",".join(f"{each.number}@{HOST}:{each.controller_port}" for each in nodes)
    brokers = f"BROKER://{HOST}:{node.broker_port}"
    return {
        "process.roles": "broker,controller",
        "node.id": node.number,
        "controller.quorum.voters": voters,
        "controller.listener.names": "CONTROLLER",
        "listeners": f"CLIENT://{HOST}:{node.port},{brokers},CONTROLLER://{HOST}:{node.controller_port}",
        "advertised.listeners": f"CLIENT://{HOST}:{node.told_port},{brokers}",
        "listener.security.protocol.map": "CLIENT:PLAINTEXT,BROKER:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "inter.broker.listener.name": "BROKER",
        "log.dirs": node.folder / "data",
    }


def _replication(replicas: int, needed: int) -> dict[str, object]:
    """Say how many copies there are, and how many must have a write before it is acknowledged."""
    return {
        "default.replication.factor": replicas,
        "min.insync.replicas": needed,
        "offsets.topic.replication.factor": replicas,
        "transaction.state.log.replication.factor": replicas,
        "transaction.state.log.min.isr": needed,
        "share.coordinator.state.topic.replication.factor": replicas,
        "share.coordinator.state.topic.min.isr": needed,
    }


def _habits() -> dict[str, object]:
    """Say what makes a small cluster quick to start and strict about its topics."""
    return {
        "auto.create.topics.enable": "false",
        "group.initial.rebalance.delay.ms": 0,
        "offsets.topic.num.partitions": _COORDINATOR_PARTITIONS,
        "transaction.state.log.num.partitions": _COORDINATOR_PARTITIONS,
        "broker.session.timeout.ms": _SESSION_MILLISECONDS,
        "broker.heartbeat.interval.ms": _HEARTBEAT_MILLISECONDS,
        "num.network.threads": 2,
        "num.io.threads": 4,
    }
