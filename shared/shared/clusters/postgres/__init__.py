"""An embedded PostgreSQL, for the one box and for tests."""

from shared.clusters.postgres.attaching import address_of_running
from shared.clusters.postgres.binaries import find_binaries
from shared.clusters.postgres.cluster import PostgresCluster
from shared.clusters.postgres.profiles import ONE_BOX, TEST, Profile

__all__ = ["ONE_BOX", "TEST", "PostgresCluster", "Profile", "address_of_running", "find_binaries"]
