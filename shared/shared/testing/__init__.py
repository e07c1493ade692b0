"""What the tests of every service need: a real database, a client with a role, a clock to set, deliveries."""

from shared.testing.clients import as_role, read_test_token
from shared.testing.clock import SettableClock
from shared.testing.databases import ServiceDatabase, TestCluster
from shared.testing.deliveries import deliver, recorded_events, run_due_tasks
from shared.testing.freezing import frozen
from shared.testing.keys import UseSealKeys
from shared.testing.lists import rows_of

__all__ = [
    "ServiceDatabase",
    "SettableClock",
    "TestCluster",
    "UseSealKeys",
    "as_role",
    "deliver",
    "frozen",
    "read_test_token",
    "recorded_events",
    "rows_of",
    "run_due_tasks",
]
