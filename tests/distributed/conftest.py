"""The distributed form, started once: a dozen real processes, PostgreSQL, Kafka, HAProxy."""

import os
import shutil
from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from gateway import find_haproxy
from onebox.distributed import Distributed, settings_in
from shared.clusters import TEST, ClusterUnfit, free_ports, kafka_available, scratch_folder


def _missing() -> str | None:
    try:
        find_haproxy()
    except ClusterUnfit as missing:
        return missing.sentence("en")
    return kafka_available()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def platform() -> AsyncIterator[Distributed]:
    """Start the platform; afterwards none of its processes may be left."""
    if reason := _missing():
        pytest.skip(reason)
    folder = scratch_folder()
    async with Distributed(settings_in(folder, port=free_ports()[0]), profile=TEST) as running:
        yield running
        pids = [running.postgres.pid, *running.kafka.pids.values()]
        pids += [process.pid for process in running.processes.values()]
        pids.append(running.edge.child.pid if running.edge.child else None)
    shutil.rmtree(folder)

    assert None not in pids
    assert [pid for pid in pids if pid is not None and _lives(pid)] == []


@pytest_asyncio.fixture(loop_scope="session")
async def edge(platform: Distributed) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of the edge."""
    async with httpx.AsyncClient(base_url=platform.url, verify=platform.trust, timeout=120) as client:
        yield client
