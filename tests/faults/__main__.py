"""Play, tell what happens, and end with one line: `events N kills K lost 0 doubled 0 out of order 0`.

python -m tests.faults --events 100000 --seed 7
"""

import argparse
import random
import sys

import uvloop

from shared.clusters import kafka_available
from tests.faults.cast import Play
from tests.faults.run import Report, run
from tests.faults.sabotage import Sabotage


def main() -> None:
    if reason := kafka_available():
        sys.exit(reason)
    play = _play(sys.argv[1:])
    print(f"seed {play.seed}: the same seed gives the same schedule", flush=True)
    report = uvloop.run(run(play, say=_say))
    _tell(report)
    sys.exit(0 if report.passed else 1)


def _play(arguments: list[str]) -> Play:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--events", type=int, default=60_000, help="facts to be committed, at least")
    parser.add_argument(
        "--seed", type=int, default=None, help="by which faults are drawn; a random one without"
    )
    parser.add_argument("--rate", type=int, default=400, help="facts a second, 0 for as fast as it goes")
    parser.add_argument("--producers", type=int, default=1, help="processes that write")
    parser.add_argument("--sabotage", type=Sabotage, choices=list(Sabotage), default=Sabotage.NONE)
    given = parser.parse_args(arguments)
    seed = random.randrange(10**6) if given.seed is None else given.seed  # noqa: S311 - to be told again
    return Play(
        events=given.events,
        seed=seed,
        rate=given.rate,
        producers=given.producers,
        sabotage=given.sabotage,
        # Without an inbox a parked fact would be parked twice, which the table refuses.
        poison=0 if given.sabotage is Sabotage.INBOX_OFF else Play.poison,
    )


def _say(line: str) -> None:
    print(line, flush=True)


def _tell(report: Report) -> None:
    verdict = report.verdict
    print(f"\n{report.recovery}\n")
    for note in (*report.notes, *verdict.examples, str(report.books)):
        print(note)
    print(f"missing versions {verdict.gaps}, effects of what nobody was told is committed {verdict.invented}")
    print(report.line)


if __name__ == "__main__":
    main()
