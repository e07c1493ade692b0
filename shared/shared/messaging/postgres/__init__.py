"""The bus in PostgreSQL: a log per topic, the default of the one-box form."""

from shared.messaging.postgres.bus import PostgresBus
from shared.messaging.postgres.retention import RETENTION, prune_log
from shared.messaging.postgres.schema import BUS_DDL, install_bus

__all__ = ["BUS_DDL", "RETENTION", "PostgresBus", "install_bus", "prune_log"]
