"""The contract of a bus: PostgreSQL and Kafka pass the same tests."""

import asyncio
from collections import defaultdict
from uuid import uuid4

from messaging.conftest import Ground
from messaging.doubles import drain, message

from shared.messaging import Delivery, Message


def by_subject(deliveries: list[Delivery]) -> dict[str, list[int]]:
    versions: dict[str, list[int]] = defaultdict(list)
    for delivery in deliveries:
        versions[delivery.key].append(delivery.message().subject_version)
    return versions


def many(subjects: int, versions: int) -> list[Message]:
    names = [str(uuid4()) for _ in range(subjects)]
    return [message(name, version) for version in range(1, versions + 1) for name in names]


async def test_everything_published_arrives_as_it_was_sent(ground: Ground) -> None:
    sent = many(10, 5)

    await ground.bus().publish(topic=ground.topic, messages=sent)

    subscription = await ground.bus().subscribe(group="g", topics=[ground.topic])
    received = [each.message() for each in await drain(subscription, len(sent))]
    await subscription.close()
    assert sorted(received, key=lambda each: each.id) == sorted(sent, key=lambda each: each.id)


async def test_the_order_of_a_subject_is_kept_over_batches(ground: Ground) -> None:
    bus, sent = ground.bus(), many(7, 60)

    for start in range(0, len(sent), 100):
        await bus.publish(topic=ground.topic, messages=sent[start : start + 100])

    subscription = await ground.bus().subscribe(group="g", topics=[ground.topic])
    received = by_subject(await drain(subscription, len(sent)))
    await subscription.close()
    assert len(received) == 7
    assert all(versions == list(range(1, 61)) for versions in received.values())


async def test_a_batch_larger_than_a_request_keeps_its_order(ground: Ground) -> None:
    sent = [message("one", version, "x" * 100_000) for version in range(1, 31)]

    await ground.bus().publish(topic=ground.topic, messages=sent)

    subscription = await ground.bus().subscribe(group="g", topics=[ground.topic])
    assert by_subject(await drain(subscription, 30)) == {"one": list(range(1, 31))}
    await subscription.close()


async def test_publishing_returns_when_another_can_read_it(ground: Ground) -> None:
    bus = ground.bus()
    subscription = await ground.bus().subscribe(group="g", topics=[ground.topic])

    for version in range(1, 11):
        await bus.publish(topic=ground.topic, messages=[message("one", version)])
        (received,) = await drain(subscription, 1)

        assert received.message().subject_version == version
    await subscription.close()


async def test_what_was_not_committed_comes_again(ground: Ground) -> None:
    await ground.bus().publish(topic=ground.topic, messages=[message("one", v) for v in range(1, 21)])
    first = await ground.bus().subscribe(group="g", topics=[ground.topic])
    done = await drain(first, 10, limit=10)
    ahead = await drain(first, 5, limit=5)
    assert (by_subject(done), by_subject(ahead)) == (
        {"one": list(range(1, 11))},
        {"one": list(range(11, 16))},
    )
    await first.commit(done)

    await first.close()

    second = await ground.bus().subscribe(group="g", topics=[ground.topic])
    rest = await drain(second, 10)
    assert by_subject(rest) == {"one": list(range(11, 21))}
    await second.commit(rest)
    assert await second.poll(limit=10, timeout_seconds=0.3) == []
    await second.close()


async def test_a_message_goes_to_one_member_of_a_group(ground: Ground) -> None:
    sent = many(20, 5)
    members = [await ground.bus().subscribe(group="g", topics=[ground.topic]) for _ in range(2)]
    # Whoever joins later makes the group share anew: both are in before anything is there.
    for member in members * 3:
        await member.poll(limit=1, timeout_seconds=0.2)

    await ground.bus().publish(topic=ground.topic, messages=sent)

    received: list[list[Delivery]] = [[], []]
    async with asyncio.timeout(60):
        while sum(map(len, received)) < len(sent):
            for member, heard in zip(members, received, strict=True):
                heard.extend(await member.poll(limit=50, timeout_seconds=0.2))
    for member, heard in zip(members, received, strict=True):
        heard.extend(await member.poll(limit=50, timeout_seconds=0.5))
        await member.commit(heard)
    for member in members:
        await member.close()
    assert sorted(each.message().id for heard in received for each in heard) == sorted(
        each.id for each in sent
    )


async def test_another_member_takes_over_where_the_first_committed(ground: Ground) -> None:
    first = await ground.bus().subscribe(group="g", topics=[ground.topic])
    await first.poll(limit=1, timeout_seconds=0.2)
    await ground.bus().publish(topic=ground.topic, messages=[message("one", v) for v in range(1, 11)])
    await first.commit(await drain(first, 4, limit=4))
    await drain(first, 3, limit=3)

    joining = asyncio.create_task(ground.bus().subscribe(group="g", topics=[ground.topic]))
    await first.close()

    second = await joining
    assert by_subject(await drain(second, 6)) == {"one": list(range(5, 11))}
    await second.close()


async def test_every_group_gets_everything(ground: Ground) -> None:
    sent = many(3, 4)
    await ground.bus().publish(topic=ground.topic, messages=sent)

    for group in ("a", "b"):
        subscription = await ground.bus().subscribe(group=group, topics=[ground.topic])
        received = await drain(subscription, len(sent))
        assert len(received) == len(sent)
        await subscription.commit(received)
        await subscription.close()


async def test_publishing_nothing_is_nothing(ground: Ground) -> None:
    await ground.bus().publish(topic=ground.topic, messages=[])

    subscription = await ground.bus().subscribe(group="g", topics=[ground.topic])
    assert await subscription.poll(limit=10, timeout_seconds=0.3) == []
    await subscription.close()
