"""The service under test, and a district that uses it."""

import httpx
import pytest
from fund_desk import Fund
from ledger_desk import District

from shared.service import Service
from shared.storage import Database
from shared.testing import SettableClock
from subsidy_ledger.main import SERVICE


@pytest.fixture(scope="session")
def service() -> Service:
    return SERVICE


@pytest.fixture
def district(client: httpx.AsyncClient, database: Database, clock: SettableClock) -> District:
    return District(client, database, clock)


@pytest.fixture
def fund(client: httpx.AsyncClient, database: Database) -> Fund:
    return Fund(client, database)
