import pytest
from sample_service import SAMPLE

from shared.service import Service


@pytest.fixture(scope="session")
def service() -> Service:
    return SAMPLE
