"""Servers we run ourselves: an embedded PostgreSQL, a real Kafka; their ports, folders and faults."""

from shared.clusters.account import reachable_by_all
from shared.clusters.child import Child, Program
from shared.clusters.errors import (
    BinariesForbidden,
    BinariesMissing,
    ClusterError,
    ClusterUnfit,
    DataInUse,
    DiskFull,
    FolderForbidden,
    JarsNotFetched,
    NoServerHere,
    OrphanStays,
    OtherMajorVersion,
    PortTaken,
    ServerFailed,
    ServerNotRunning,
    ServerSlow,
    TopicsRefused,
)
from shared.clusters.kafka import KafkaCluster, install, kafka_available
from shared.clusters.ports import free_ports, port_is_taken
from shared.clusters.postgres import (
    ONE_BOX,
    TEST,
    PostgresCluster,
    Profile,
    address_of_running,
    find_binaries,
)
from shared.clusters.scratch import scratch_folder
from shared.clusters.topic_changes import alter_topics
from shared.clusters.topics import Topic, TopicReport, apply_topics, declared_topics

__all__ = [
    "ONE_BOX",
    "TEST",
    "BinariesForbidden",
    "BinariesMissing",
    "Child",
    "ClusterError",
    "ClusterUnfit",
    "DataInUse",
    "DiskFull",
    "FolderForbidden",
    "JarsNotFetched",
    "KafkaCluster",
    "NoServerHere",
    "OrphanStays",
    "OtherMajorVersion",
    "PortTaken",
    "PostgresCluster",
    "Profile",
    "Program",
    "ServerFailed",
    "ServerNotRunning",
    "ServerSlow",
    "Topic",
    "TopicReport",
    "TopicsRefused",
    "address_of_running",
    "alter_topics",
    "apply_topics",
    "declared_topics",
    "find_binaries",
    "free_ports",
    "install",
    "kafka_available",
    "port_is_taken",
    "reachable_by_all",
    "scratch_folder",
]
