"""Short runs on real servers: the platform as it is passes; with a promise taken away, the count sees it.

The long ones are `make faults` and `make faults-long`.
"""

import logging

import pytest

from shared.clusters import kafka_available
from tests.faults.cast import Play
from tests.faults.run import Report, run
from tests.faults.sabotage import Sabotage
from tests.faults.schedule import Kind

_MISSING = kafka_available()
pytestmark = [
    pytest.mark.slow,
    pytest.mark.kafka,
    pytest.mark.skipif(_MISSING is not None, reason=_MISSING or ""),
]

EVENTS = 1_000
_log = logging.getLogger(__name__)


async def played(play: Play) -> Report:
    return await run(play, say=_log.info)


async def test_the_platform_as_it_is_loses_doubles_and_disorders_nothing() -> None:
    kinds = (
        Kind.RELAY_AFTER_SEND,
        Kind.RELAY_BEFORE_DELETE,
        Kind.CONSUMER_BEFORE_POSITION,
        Kind.LEDGER_IN_BATCH,
        Kind.POSTGRES,
        Kind.KAFKA_RESET,
    )

    report = await played(Play(events=EVENTS, seed=1, brokers=1, poison=20, kinds=kinds, hurry=3))

    assert (report.passed, report.kills >= len(kinds)) == (True, True)
    assert report.line == (f"events {report.events} kills {report.kills} lost 0 doubled 0 out of order 0")
    assert report.books.vouchers > 0


async def test_a_consumer_without_an_inbox_is_seen_to_double() -> None:
    kinds = (Kind.CONSUMER_BEFORE_POSITION,)

    report = await played(
        Play(
            events=EVENTS,
            whole=False,
            seed=2,
            brokers=1,
            poison=0,
            kinds=kinds,
            hurry=3,
            sabotage=Sabotage.INBOX_OFF,
        )
    )

    assert (report.passed, report.verdict.lost, report.verdict.doubled > 0) == (False, 0, True)


async def test_an_outbox_emptied_before_the_acknowledgement_is_seen_to_lose() -> None:
    kinds = (Kind.RELAY_BEFORE_SEND,)

    report = await played(
        Play(
            events=EVENTS,
            whole=False,
            seed=3,
            brokers=1,
            kinds=kinds,
            hurry=3,
            sabotage=Sabotage.DELETE_BEFORE_ACK,
            patience_seconds=6,
        )
    )

    assert (report.passed, report.verdict.lost > 0, report.verdict.doubled) == (False, True, 0)


async def test_a_parked_subject_that_is_not_held_back_is_seen_out_of_order() -> None:
    report = await played(
        Play(
            events=EVENTS,
            whole=False,
            seed=4,
            brokers=1,
            poison=2,
            kinds=(),
            sabotage=Sabotage.RELEASE_BEHIND_PARKED,
        )
    )

    verdict = report.verdict
    assert (report.passed, verdict.lost, verdict.doubled, verdict.out_of_order > 0) == (False, 0, 0, True)
