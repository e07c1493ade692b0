"""Every figure of the backbone, one after another on the same servers."""

from shared.clusters import kafka_available
from tests.bench.backbone.effects import effects
from tests.bench.backbone.latency import latencies
from tests.bench.backbone.relaying import relaying
from tests.bench.backbone.surroundings import Surroundings
from tests.bench.backbone.takeover import takeover
from tests.bench.figures import Figure

BUSES = ("kafka", "postgres")
FIGURES = (
    "relay",
    "relay-of-send-batch",
    "relay-a-second",
    "effects",
    "effects-one-by-one",
    *(
        f"applied-{part}-ms-{kind}{rate}"
        for kind in BUSES
        for rate in ("-200", "")
        for part in ("p50", "p99")
    ),
    "first-after-kill",
)


async def measure() -> list[Figure]:
    """Measure all; without Java or Kafka's jars say so and measure what the PostgreSQL bus does."""
    missing = kafka_available()
    if missing is not None:
        print(f"backbone on Kafka is left out: {missing}")  # noqa: T201 - for who waits for the table
        async with Surroundings.laid(with_kafka=False) as ground:
            return await latencies(ground, "postgres")
    async with Surroundings.laid(with_kafka=True) as ground:
        return [
            *await relaying(ground),
            *await effects(ground),
            *await latencies(ground, "kafka"),
            *await takeover(ground),
            *await latencies(ground, "postgres"),
        ]
