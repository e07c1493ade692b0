"""Every process of a service tells its figures; a message process answers probes unless it is stuck."""

import json
from typing import Any, Final

import httpx
import pytest

from gateway import ROUTES
from onebox.distributed import Distributed
from shared.testing import frozen

pytestmark = [pytest.mark.distributed, pytest.mark.kafka, pytest.mark.slow]

WAIT_SECONDS: Final = 3


@pytest.fixture
def targets(platform: Distributed) -> dict[str, str]:
    """Return the address of every process as Prometheus is told."""
    listed: list[dict[str, Any]] = json.loads(
        (platform.settings.data / "processes" / "metrics.json").read_text(encoding="utf-8")
    )
    return {each["labels"]["process"]: f"http://{each['targets'][0]}" for each in listed}


async def test_prometheus_finds_every_process_of_a_service(targets: dict[str, str]) -> None:
    assert set(targets) == {f"{route.service}.{kind}" for route in ROUTES for kind in ("serve", "work")}
    async with httpx.AsyncClient(timeout=10) as client:
        for name, url in targets.items():
            told = (await client.get(f"{url}/metrics")).text
            service, kind = name.split(".")
            wanted = "gongzhi_relay_leading" if kind == "work" else "gongzhi_pool_connections"
            assert f'{wanted}{{service="{service}"' in told, name


async def test_every_message_process_is_alive_and_ready(targets: dict[str, str]) -> None:
    async with httpx.AsyncClient(timeout=10) as client:
        for route in ROUTES:
            url = targets[f"{route.service}.work"]
            live, ready = await client.get(f"{url}/health/live"), await client.get(f"{url}/health/ready")
            assert (live.status_code, ready.status_code) == (200, 200), ready.text
            assert {f"{route.service}.relay", f"{route.service}.tasks"} <= set(live.json()["parts"])


async def test_a_process_that_is_stuck_answers_no_probe(
    platform: Distributed, targets: dict[str, str]
) -> None:
    pid = platform.processes["exchange.work"].pid
    assert pid is not None
    url = f"{targets['exchange.work']}/health/live"
    async with httpx.AsyncClient(timeout=WAIT_SECONDS) as client:
        with frozen(pid), pytest.raises(httpx.TimeoutException):
            await client.get(url)
        afterwards = await client.get(url)

    assert afterwards.status_code == 200
