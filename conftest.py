"""What every test of the platform has at hand, and how a missing Kafka is judged."""

import os
from collections.abc import Generator

import pytest

pytest_plugins = ["shared.testing.fixtures"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped Kafka test where GONGZHI_REQUIRE_KAFKA says that Kafka must be there."""
    report = yield
    required = os.environ.get("GONGZHI_REQUIRE_KAFKA") == "1"
    if required and report.skipped and item.get_closest_marker("kafka"):
        report.outcome = "failed"
    return report
