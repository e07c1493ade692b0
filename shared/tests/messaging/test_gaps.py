"""Versions that were passed over, and how far a consumer is behind."""

from messaging.conftest import Ground
from messaging.doubles import deliveries_of, drain, message

from shared.messaging.gaps import MOST_SUBJECTS, VersionWatch


def test_a_version_that_does_not_follow_is_counted() -> None:
    watch = VersionWatch()

    first = watch.observe(deliveries_of(message("one", 4), message("one", 5), message("two", 1)))
    torn = watch.observe(deliveries_of(message("one", 8), message("two", 2)))

    assert (first, torn) == (0, 2)


def test_what_comes_again_is_no_gap() -> None:
    watch = VersionWatch()
    sent = deliveries_of(*(message("one", version) for version in (1, 2, 3)))

    assert [watch.observe(sent), watch.observe(sent), watch.observe(deliveries_of(message("one", 4)))] == [
        0
    ] * 3


def test_only_so_many_subjects_are_remembered() -> None:
    watch = VersionWatch()
    template = deliveries_of(message("one", 1))[0]
    for number in range(MOST_SUBJECTS + 10):
        watch._note((template.topic, str(number)), 1)

    assert len(watch._last) == MOST_SUBJECTS


async def test_the_lag_is_what_is_not_committed(ground: Ground) -> None:
    bus = ground.bus()
    await bus.publish(topic=ground.topic, messages=[message(f"{n}", 1) for n in range(7)])
    subscription = await bus.subscribe(group=f"lag-{ground.topic}", topics=[ground.topic])

    taken = await drain(subscription, 7)
    before = sum((await subscription.lags()).values())
    await subscription.commit(taken)
    after = sum((await subscription.lags()).values())
    await subscription.close()

    assert (before, after) == (7, 0)
