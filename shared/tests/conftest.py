import sys
from pathlib import Path

import pytest

from shared.service import Service

# The sample service is a module of these tests, reached by name from several of them.
sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def service() -> Service:
    from sample_service import SAMPLE  # noqa: PLC0415 - only after its folder is on the path

    return SAMPLE
