"""Existing topics brought to their declaration: settings, and more partitions where that is asked for."""

from collections.abc import Sequence
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewPartitions
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError, for_code

from shared.clusters.errors import TopicsRefused
from shared.clusters.topics import Difference, Topic, apply_topics

__all__ = ["alter_topics"]

PARTITIONS: Final = "partitions"
# Of a setting that was made for this topic; the others come from the broker.
_SET_ON_TOPIC: Final = 1


async def alter_topics(
    *, bootstrap: str, topics: Sequence[Topic], raise_partitions: bool = False
) -> list[Difference]:
    """Create what is missing, then change what differs, and return what was changed.

    Retention, clean-up and size are always safe to change; what else was set on a topic stays. More
    partitions send the later events of a subject elsewhere, past those that wait: raise them only while the
    message processes stand still and nothing is unread. Fewer partitions there cannot be. Raises
    TopicsRefused.
    """
    report = await apply_topics(bootstrap=bootstrap, topics=topics)
    admin = AIOKafkaAdminClient(bootstrap_servers=bootstrap)
    await admin.start()
    try:
        wanted = {topic.name: topic for topic in topics}
        settings = [each for each in report.differing if each.setting != PARTITIONS]
        for name in sorted({each.topic for each in settings}):
            await _set(admin, wanted[name])
        raised = [each for each in report.differing if raise_partitions and _can_be_raised(each)]
        await _raise(admin, raised)
    except KafkaError as refused:
        raise TopicsRefused(reasons=str(refused)) from refused
    finally:
        await admin.close()
    return [*settings, *raised]


def _can_be_raised(difference: Difference) -> bool:
    return difference.setting == PARTITIONS and int(difference.declared) > int(difference.found)


async def _raise(admin: AIOKafkaAdminClient, raised: Sequence[Difference]) -> None:
    if raised:
        await admin.create_partitions({each.topic: NewPartitions(int(each.declared)) for each in raised})


async def _set(admin: AIOKafkaAdminClient, topic: Topic) -> None:
    """Write the settings of a topic, those that others made among them: the request replaces all."""
    asked = ConfigResource(ConfigResourceType.TOPIC, topic.name)
    (answer,) = await admin.describe_configs([asked])
    entries = answer.resources[0][4]
    kept = {entry[0]: entry[1] for entry in entries if entry[3] == _SET_ON_TOPIC}
    changed = ConfigResource(ConfigResourceType.TOPIC, topic.name, {**kept, **topic.settings()})
    answers = await admin.alter_configs([changed])
    for code, message, *_ in (row for answer in answers for row in answer.resources):
        if code:
            raise for_code(code)(message)
