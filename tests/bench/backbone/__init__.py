"""The event backbone on a real Kafka and a PostgreSQL with fsync: relay, consumers, and all between."""

from tests.bench.backbone.measure import FIGURES, measure

__all__ = ["FIGURES", "measure"]
