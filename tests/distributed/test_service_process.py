"""A process of a service as our child, by itself."""

import os
from pathlib import Path

import pytest

from onebox.distributed import ServiceProcess
from shared.clusters import free_ports

pytestmark = pytest.mark.distributed


@pytest.fixture
def unfit(tmp_path: Path) -> ServiceProcess:
    """Return a process that is not told its database."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GONGZHI_")}
    words = ["serve", "exchange", "--port", str(free_ports()[0])]
    return ServiceProcess(name="exchange.serve", words=words, folder=tmp_path, environment=environment)


async def test_a_process_that_cannot_start_says_why(unfit: ServiceProcess) -> None:
    await unfit.start()

    fault = await unfit.death()

    assert fault.facts["code"] == 1
    assert "GONGZHI_DATABASE_URL" in fault.sentence("en")
    assert not unfit.running


async def test_stopping_what_does_not_run_does_nothing(unfit: ServiceProcess) -> None:
    await unfit.stop()
    await unfit.kill()

    assert (unfit.running, unfit.pid) == (False, None)
