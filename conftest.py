"""What every test of the platform has at hand, and how it is judged when a tool is not there."""

import os
from collections.abc import Generator
from typing import Final

import pytest

pytest_plugins = ["shared.testing.fixtures"]

# What a marker needs may be missing on a developer's machine, and must be there where this says so.
REQUIRED_BY: Final = {"kafka": "GONGZHI_REQUIRE_KAFKA", "judges": "GONGZHI_REQUIRE_JUDGES"}


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail a skipped test where the environment says that what it needs must be there."""
    report = yield
    required = (marker for marker, name in REQUIRED_BY.items() if os.environ.get(name) == "1")
    if report.skipped and any(item.get_closest_marker(marker) for marker in required):
        report.outcome = "failed"
    return report
