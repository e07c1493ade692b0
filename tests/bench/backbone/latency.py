"""From the moment at which a commit was due to the effect in the read model: an open loop, two rates.

At the higher rate a commit records four facts: else the writer's commits, of one fact each, take two cores,
and what is measured is how late they are.
"""

import time

from tests.bench.backbone.surroundings import Surroundings
from tests.bench.backbone.way import Way
from tests.bench.figures import Figure

# Events a second, and how many of them one commit records.
RATES = {200: 1, 1_000: 4}
SECONDS = 8
# A broker's Java compiles only after a while what it runs often; until then it takes the others' cores.
WARM_UP_SECONDS = 15


async def latencies(ground: Surroundings, kind: str) -> list[Figure]:
    figures: list[Figure] = []
    for rate, facts_each in RATES.items():
        async with Way.opened(ground, kind) as way:
            await way.write(rate=rate, seconds=WARM_UP_SECONDS, facts_each=facts_each)
            begun = time.time()
            await way.write(rate=rate, seconds=SECONDS, facts_each=facts_each)
            await way.settled()
            waits = sorted(applied - due for due, applied in await way.heard() if due >= begun)
        figures += _figures(kind, rate, waits)
    return figures


def _figures(kind: str, rate: int, waits: list[float]) -> list[Figure]:
    """Return the middle and the slowest hundredth; the figure that has a goal is that of the higher rate."""
    of_rate = "" if rate == max(RATES) else f"-{rate}"
    middle, slowest = (round(waits[int(len(waits) * share)] * 1_000, 1) for share in (0.5, 0.99))
    return [
        Figure(name=f"applied-p50-ms-{kind}{of_rate}", value=middle, unit="ms"),
        Figure(name=f"applied-p99-ms-{kind}{of_rate}", value=slowest, unit="ms", goal=50),
    ]
