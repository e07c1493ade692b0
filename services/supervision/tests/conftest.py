import pytest

from shared.service import Service
from supervision.main import SERVICE


@pytest.fixture(scope="session")
def service() -> Service:
    return SERVICE
