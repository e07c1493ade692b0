"""Fetch Kafka's jars where they are missing: `python -m shared.clusters.kafka`, as `make kafka-jars` does."""

import sys

from shared.clusters.errors import ClusterError
from shared.clusters.kafka.installation import install


def main() -> int:
    """Return 0 when a broker can run here, 1 with one line that says what is missing otherwise."""
    try:
        install()
    except ClusterError as fault:
        print(f"No Kafka: the tests that need it are skipped. {fault}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
