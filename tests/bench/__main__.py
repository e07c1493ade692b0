"""Measure, print the table, keep the figures in .bench/latest.json."""

import asyncio
import json
import shutil
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from sample_service import SAMPLE

from onebox.folders import data_folder
from shared.clusters import ONE_BOX, PostgresCluster, free_ports, scratch_folder
from shared.identity import Role
from shared.storage import migrate, prepare_cluster
from shared.testing import as_role
from tests.bench.figures import Figure, table, write
from tests.bench.load import Request, answers_per_second
from tests.story.box import memory_mb, running_box

THINGS = "/api/sample/things"
OFFICER = as_role(Role.AUTHORITY_OFFICER)["authorization"]
WRITE = Request(
    method="POST",
    path=THINGS,
    authorization=OFFICER,
    body=json.dumps({"name": "roof", "territory": "610703001"}).encode(),
)
START_SECONDS = 20
SETTLE_SECONDS = 2
PASSWORD = "bench"


async def main() -> None:
    figures = [*await _routes(_disk_folder()), *_one_box(scratch_folder())]
    write(figures)
    print(table(figures))


def _disk_folder() -> Path:
    """Return an empty place on disk that PostgreSQL can reach."""
    folder = data_folder(Path(".cache/bench"))
    shutil.rmtree(folder, ignore_errors=True)
    return folder


async def _routes(folder: Path) -> list[Figure]:
    """Measure routes on a PostgreSQL with fsync, its data on disk, against the same without a database."""
    async with PostgresCluster(folder=folder, profile=ONE_BOX) as cluster:
        await prepare_cluster(cluster.dsn(), schemas=[SAMPLE.schema], passwords={"sample": PASSWORD})
        await migrate(cluster.dsn(), schemas=[SAMPLE.schema])
        dsn = cluster.dsn(database="postgres", user="sample", password=PASSWORD)
        with_database = await _speeds(dsn)
    without = await _speeds(None)
    goals = {"write-route": 0.35, "read-route": 0.45}
    return [
        Figure(name=name, value=with_database[name], unit="1/s", limit=without[name], goal=goal)
        for name, goal in goals.items()
    ]


async def _speeds(dsn: str | None) -> dict[str, int]:
    async with _serving(dsn) as port:
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
            body = {"name": "roof", "territory": "610703001"}
            thing = (await client.post(THINGS, json=body, headers={"authorization": OFFICER})).json()
        read = Request(method="GET", path=f"{THINGS}/{thing['id']}", authorization=OFFICER)
        return {
            "write-route": await answers_per_second(port, WRITE),
            "read-route": await answers_per_second(port, read),
        }


@asynccontextmanager
async def _serving(dsn: str | None) -> AsyncIterator[int]:
    port = free_ports()[0]
    arguments = [sys.executable, "-m", "tests.bench.server", str(port), *([dsn] if dsn else [])]
    process = await asyncio.create_subprocess_exec(*arguments)
    try:
        await _listening(port)
        yield port
    finally:
        process.terminate()
        await process.wait()


async def _listening(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except ConnectionRefusedError:
            await asyncio.sleep(0.05)
            continue
        writer.close()
        return
    message = f"Nothing listens on port {port}."
    raise TimeoutError(message)


def _one_box(folder: Path) -> list[Figure]:
    """Start the one box on an empty folder; measure how soon it is ready and what it takes."""
    with running_box(folder / "data", free_ports()[0], folder / "log") as box:
        time.sleep(SETTLE_SECONDS)
        figures = [
            Figure(name="ready-seconds", value=round(box.ready_after, 1), unit="s", goal=10),
            Figure(name="memory-mb", value=memory_mb(box.process), unit="MB", goal=500),
        ]
    shutil.rmtree(folder, ignore_errors=True)
    return figures


if __name__ == "__main__":
    asyncio.run(main())
