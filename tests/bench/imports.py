"""A list of estates and their households taken in over HTTP, against COPY of the rows it makes."""

import asyncio
import csv
import io
import time
from collections.abc import Sequence
from statistics import median
from typing import Final

import httpx

from estate_registry.main import SERVICE
from estate_registry.seed import read_territories
from shared.identity import Role
from shared.storage import administrator
from tests.bench.figures import Figure
from tests.bench.ground import Ground, disk_folder

FIGURES = ("import-rows",)
IMPORTS = f"/api/{SERVICE.name}/estate-imports"
# As many as one file may hold beside its header.
ROWS = 19_999
TURNS = 3
POLL_SECONDS = 0.02
HEADER: Final = ("小区编号", "小区名称", "所属镇街", "地址", "建成年份", "建筑面积", "楼栋数", "户数")
# What the import writes of each estate, into tables like those it writes to, indexes and all.
TABLES: Final = ("estates", "estate_modes", "operator_assignments", "estate_sources")


async def measure() -> Sequence[Figure]:
    """Take in some lists, and copy what each has made, in turns."""
    async with (
        Ground.laid(disk_folder("imports")) as ground,
        ground.working(SERVICE.name),
        ground.serving(SERVICE.name) as [port],
    ):
        turns = [await _turn(ground, port, turn) for turn in range(TURNS)]
    return [
        Figure(
            name="import-rows",
            value=round(median(imported for imported, _ in turns)),
            unit="1/s",
            limit=round(median(copied for _, copied in turns)),
            goal=0.4,
        )
    ]


async def _turn(ground: Ground, port: int, turn: int) -> tuple[float, float]:
    source = f"bench-{turn}"
    token = ground.token(Role.AUTHORITY_OFFICER, "610703", person="bench")
    async with httpx.AsyncClient(
        base_url=f"http://127.0.0.1:{port}", headers={"authorization": f"Bearer {token}"}, timeout=60
    ) as client:
        started = time.perf_counter()
        await _take_in(client, source, _list(turn))
        imported = ROWS / (time.perf_counter() - started)
    return imported, await _copied(ground, source)


def _list(turn: int) -> bytes:
    towns = [territory for territory in read_territories() if len(territory.code) == 9]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for number in range(ROWS):
        town = towns[number % len(towns)]
        name = f"兴华{turn}号院{number}小区"
        writer.writerow(
            (
                *(f"B{turn}-{number}", name, town.name, f"建设路{number}号"),
                *(1970 + number % 40, 3_000 + number * 7 % 20_000, 1 + number % 30, 24 + number % 600),
            )
        )
    return text.getvalue().encode()


async def _take_in(client: httpx.AsyncClient, source: str, content: bytes) -> None:
    told = {"territory": "610703", "source": source, "file_name": f"{source}.csv"}
    answer = await client.post(
        IMPORTS, content=content, params=told, headers={"content-type": "application/octet-stream"}
    )
    job = answer.raise_for_status().json()
    while job["state"] in {"waiting", "running"}:
        await asyncio.sleep(POLL_SECONDS)
        job = (await client.get(f"{IMPORTS}/{job['id']}")).json()
    assert (job["state"], job["taken"] + job["repaired"]) == ("finished", ROWS), job


async def _copied(ground: Ground, source: str) -> float:
    """Return the rows of the list a second that COPY writes to tables of the same kind."""
    async with administrator(ground.cluster.admin_dsn) as connection:
        await connection.execute("SET search_path = estate_registry, public")
        made = "SELECT estate_id FROM estate_sources WHERE source = $1"
        seconds = 0.0
        for table in TABLES:
            column = "id" if table == "estates" else "estate_id"
            rows = io.BytesIO()
            query = f"SELECT * FROM {table} WHERE {column} IN ({made})"  # noqa: S608 - our own tables
            await connection.copy_from_query(query, source, output=rows)
            await connection.execute(f"CREATE TABLE copied (LIKE {table} INCLUDING ALL)")
            rows.seek(0)
            started = time.perf_counter()
            await connection.copy_to_table("copied", source=rows)
            seconds += time.perf_counter() - started
            await connection.execute("DROP TABLE copied")
    return ROWS / seconds
