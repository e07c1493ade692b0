"""The declared topics, and their way onto a broker: create what is missing, report what differs."""

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import for_code
from pydantic import BaseModel, ConfigDict, PositiveInt

from shared.clusters.errors import TopicsRefused

__all__ = ["TOPICS_FILE", "Difference", "Topic", "TopicReport", "apply_topics", "declared_topics"]

TOPICS_FILE: Final = Path(__file__).resolve().parents[3] / "deploy" / "kafka" / "topics.toml"
# Room for the largest fact that may be recorded, with its headers. Stated for each topic: a broker whose own
# default is lower would refuse a fact for ever, and hold up all that its service recorded after it.
MOST_MESSAGE_BYTES: Final = 1_048_588
_MOST_REPLICAS: Final = 3
_DAY_MILLISECONDS: Final = 24 * 60 * 60 * 1000
_NO_ERROR: Final = 0
_ALREADY_EXISTS: Final = 36


class Topic(BaseModel):
    """One declared topic."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    partitions: PositiveInt
    retention_days: PositiveInt
    cleanup: Literal["delete", "compact"]

    def settings(self) -> dict[str, str]:
        """Return its settings under Kafka's names."""
        return {
            "retention.ms": str(self.retention_days * _DAY_MILLISECONDS),
            "cleanup.policy": self.cleanup,
            "max.message.bytes": str(MOST_MESSAGE_BYTES),
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A setting of an existing topic that is not as declared."""

    topic: str
    setting: str
    declared: str
    found: str

    def __str__(self) -> str:
        """Say it for a person."""
        return f"{self.topic} {self.setting}: {self.found} → {self.declared}"


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicReport:
    """What was created, what was there already, and where it differs.

    Differences are never changed for you: another number of partitions would break the order per subject.
    """

    created: Sequence[str]
    present: Sequence[str]
    differing: Sequence[Difference]


def declared_topics(*, file: Path = TOPICS_FILE) -> list[Topic]:
    """Read the declaration; raises OSError, tomllib.TOMLDecodeError or pydantic.ValidationError."""
    content = tomllib.loads(file.read_text(encoding="utf-8"))
    return [Topic.model_validate({**content["defaults"], **row}) for row in content["topics"]]


async def apply_topics(
    *, bootstrap: str, topics: Sequence[Topic], replicas: int | None = None
) -> TopicReport:
    """Create the declared topics that are missing, and compare the others. Running it again changes nothing.

    `replicas` None takes one copy for each broker, three at most. Raises TopicsRefused when the
    broker refuses.
    """
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        return await _apply(admin, topics, replicas)
    finally:
        await admin.close()


async def _apply(admin: AIOKafkaAdminClient, topics: Sequence[Topic], replicas: int | None) -> TopicReport:
    """Create, then compare."""
    existing = set(await admin.list_topics())
    missing = [topic for topic in topics if topic.name not in existing]
    created = await _create(admin, missing, replicas or await _replicas(admin)) if missing else []
    present = [topic for topic in topics if topic.name not in created]
    return TopicReport(
        created=created,
        present=[topic.name for topic in present],
        differing=await _differences(admin, present) if present else [],
    )


async def _replicas(admin: AIOKafkaAdminClient) -> int:
    """Return one copy for each broker, three at most."""
    brokers: int = len((await admin.describe_cluster())["brokers"])
    return min(_MOST_REPLICAS, brokers)


async def _create(admin: AIOKafkaAdminClient, missing: Sequence[Topic], replicas: int) -> list[str]:
    """Create topics and return those that are new; another applier may have been quicker with some."""
    wanted = [
        NewTopic(topic.name, topic.partitions, replicas, topic_configs=topic.settings()) for topic in missing
    ]
    answer = await admin.create_topics(wanted)
    codes: dict[str, int] = {row[0]: row[1] for row in answer.topic_errors}
    refused = {name: code for name, code in codes.items() if code not in {_NO_ERROR, _ALREADY_EXISTS}}
    if refused:
        reasons = ", ".join(f"{name}: {for_code(code).__name__}" for name, code in refused.items())
        raise TopicsRefused(reasons=reasons)
    return [topic.name for topic in missing if codes[topic.name] == _NO_ERROR]


async def _differences(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> list[Difference]:
    """Compare partitions and settings of existing topics with their declaration."""
    names = [topic.name for topic in topics]
    described = await admin.describe_topics(names)
    partitions = {row["topic"]: len(row["partitions"]) for row in described}
    settings = await _settings(admin, topics)
    found = {name: {"partitions": str(partitions[name]), **settings[name]} for name in names}
    return [difference for topic in topics for difference in _compared(topic, found[topic.name])]


async def _settings(admin: AIOKafkaAdminClient, topics: Sequence[Topic]) -> dict[str, dict[str, str]]:
    """Ask the broker for the settings we declare, by topic."""
    asked = [ConfigResource(ConfigResourceType.TOPIC, topic.name, dict(topic.settings())) for topic in topics]
    answers = await admin.describe_configs(asked)
    resources = [resource for answer in answers for resource in answer.resources]
    return {resource[3]: {entry[0]: str(entry[1]) for entry in resource[4]} for resource in resources}


def _compared(topic: Topic, found: dict[str, str]) -> Iterator[Difference]:
    """Yield what is not as declared."""
    declared = {"partitions": str(topic.partitions), **topic.settings()}
    for setting, value in declared.items():
        if found.get(setting) != value:
            yield Difference(topic=topic.name, setting=setting, declared=value, found=found.get(setting, "-"))
