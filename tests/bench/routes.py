"""A route that writes and one that reads, each against the same route without a database."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from statistics import median

import httpx
from sample_service import SAMPLE

from shared.clusters import free_ports
from shared.identity import DevelopmentIssuer, Role
from shared.settings import IdentitySettings, load
from shared.storage import migrate, prepare_cluster
from tests.bench.figures import Figure
from tests.bench.ground import disk_folder, listening, postgres
from tests.bench.saturation import Request, answers_per_second

GOALS = {"write-route": 0.35, "read-route": 0.45}
FIGURES = tuple(GOALS)
THINGS = "/api/sample/things"
THING = {"name": "roof", "territory": "610703001"}
PASSWORD = "bench"
# With and without in turns: what else the machine does falls on both.
TURNS = 3


async def measure() -> Sequence[Figure]:
    """Measure on a PostgreSQL with fsync and without one, in turns, and compare the medians."""
    folder = disk_folder("routes")
    async with postgres(folder) as cluster:
        await prepare_cluster(cluster.dsn(), schemas=[SAMPLE.schema], passwords={"sample": PASSWORD})
        await migrate(cluster.dsn(), schemas=[SAMPLE.schema])
        dsn = cluster.dsn(database="postgres", user="sample", password=PASSWORD)
        async with _serving(folder, dsn) as with_it, _serving(folder, None) as without:
            turns = [(await _speeds(folder, with_it), await _speeds(folder, without)) for _ in range(TURNS)]
    return [
        Figure(
            name=name,
            value=median(with_it[name] for with_it, _ in turns),
            unit="1/s",
            limit=median(without[name] for _, without in turns),
            goal=goal,
        )
        for name, goal in GOALS.items()
    ]


async def _speeds(folder: Path, port: int) -> dict[str, float]:
    token = _issuer(folder).issue(role=Role.AUTHORITY_OFFICER, territory="610703", person="bench")
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        answer = await client.post(THINGS, json=THING, headers={"authorization": f"Bearer {token}"})
    write = Request(method="POST", path=THINGS, token=token, body=json.dumps(THING))
    read = Request(method="GET", path=f"{THINGS}/{answer.json()['id']}", token=token)
    return {
        "write-route": await answers_per_second(port, write),
        "read-route": await answers_per_second(port, read),
    }


def _issuer(folder: Path) -> DevelopmentIssuer:
    return DevelopmentIssuer.open(folder=folder / "identity", settings=load(IdentitySettings))


@asynccontextmanager
async def _serving(folder: Path, dsn: str | None) -> AsyncIterator[int]:
    port = free_ports()[0]
    words = [str(port), str(_issuer(folder).jwks_file), *([dsn] if dsn else [])]
    process = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bench.server", *words)
    try:
        await listening(port)
        yield port
    finally:
        process.terminate()
        await process.wait()
