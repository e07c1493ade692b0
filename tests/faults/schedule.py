"""Which fault comes when: drawn from a seed, so that a run can be told again."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

BROKERS: Final = 3


class Kind(StrEnum):
    """The faults. What begins with a process's name ends that process by kill -9."""

    RELAY_BEFORE_SEND = "relay before send"
    RELAY_AFTER_SEND = "relay after send"
    RELAY_BEFORE_DELETE = "relay before delete"
    RELAY_ANYWHERE = "relay anywhere"
    CONSUMER_IN_BATCH = "consumer in a batch"
    CONSUMER_BEFORE_POSITION = "consumer before its position"
    LEDGER_IN_BATCH = "ledger in a batch"
    LEDGER_BEFORE_DELETE = "ledger before delete"
    SUPERVISION_IN_BATCH = "supervision in a batch"
    API_ANYWHERE = "api anywhere"
    BROKER = "a broker"
    ALL_BROKERS = "all brokers"
    POSTGRES = "postgres"
    KAFKA_DELAY = "kafka delayed"
    KAFKA_RESET = "kafka reset"
    KAFKA_SILENT = "kafka silent"
    KAFKA_HALF_OPEN = "kafka half open"
    POSTGRES_DELAY = "postgres delayed"
    POSTGRES_RESET = "postgres reset"
    POSTGRES_SILENT = "postgres silent"
    POSTGRES_HALF_OPEN = "postgres half open"


# Who stands behind each door to PostgreSQL.
POSTGRES_DOORS: Final = ("producers", "relays", "consumers", "workers")
# Some come before the last is over, most do not: so recovery says what each of them costs.
_LEAST_GAP_SECONDS: Final = 1.5
_MOST_GAP_SECONDS: Final = 6.5
_LASTS_SECONDS: Final = (0.3, 4.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A fault: how long after the one before, what, where, and for how long."""

    after_seconds: float
    kind: Kind
    broker: int
    door: str
    lasts_seconds: float

    def __str__(self) -> str:
        where = {"a broker": f" {self.broker}"}.get(self.kind, "")
        if self.kind.startswith("kafka"):
            where = f" at broker {self.broker}, {self.lasts_seconds} s"
        if self.kind.startswith("postgres "):
            where = f" before the {self.door}, {self.lasts_seconds} s"
        return f"{self.kind}{where}"


def schedule(seed: int, *, kinds: tuple[Kind, ...] = tuple(Kind), hurry: float = 1.0) -> Iterator[Step]:
    """Yield faults without end: every kind once in each round, in an order of its own.

    With `hurry` 2 they come twice as fast.
    """
    dice = random.Random(seed)  # noqa: S311 - to be told again, not to be secret
    while True:
        for kind in dice.sample(kinds, len(kinds)):
            yield Step(
                after_seconds=round(dice.uniform(_LEAST_GAP_SECONDS, _MOST_GAP_SECONDS) / hurry, 2),
                kind=kind,
                broker=dice.randint(1, BROKERS),
                door=dice.choice(POSTGRES_DOORS),
                lasts_seconds=round(dice.uniform(*_LASTS_SECONDS), 1),
            )
