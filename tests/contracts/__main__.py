"""Record what the corpus lacks: `python -m tests.contracts`.

First the one box tells its story, and what then lies on its bus is looked through. What the story does not
tell of is taken from the tests of the services, which run their commands on a real PostgreSQL.
"""

import asyncio
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence

import asyncpg

from shared.clusters import TEST, PostgresCluster, free_ports, scratch_folder
from shared.contracts.schemas import FOLDER as SNAPSHOTS
from shared.contracts.schemas import stored
from shared.storage import make_database
from tests.contracts.corpus import Corpus, Recorded
from tests.story.box import running_box

_DATABASE = "gongzhi"
_ON_THE_BUS = """
SELECT DISTINCT ON (headers->>'ce_type') key, headers::text AS headers, data
FROM bus.log ORDER BY headers->>'ce_type', position DESC
"""
_TESTS = {
    "estate-registry": "estate-registry/tests",
    "dispute-mediation": "dispute-mediation/tests",
    "credit-rating": "credit-rating/tests",
    "subsidy-ledger": "subsidy-ledger/tests",
    "supervision": "services/supervision/tests",
    "exchange": "services/exchange/tests",
}


def main() -> int:
    """Record, and return 0 when nothing is missing any more."""
    corpus, published = Corpus(), set(stored(SNAPSHOTS))
    if corpus.missing(published):
        for recorded in asyncio.run(_from_story()):
            _keep(corpus, recorded, source="the story")
    if missing := corpus.missing(published):
        _from_tests(missing)
    missing = corpus.missing(published)
    print(f"{len(corpus.names())} recorded", *(f"not recorded: {name}" for name in missing), sep="\n")
    return 1 if missing else 0


def _keep(corpus: Corpus, recorded: Recorded, *, source: str) -> None:
    if corpus.keep(recorded):
        print(f"{recorded.type}: from {source}")


async def _from_story() -> list[Recorded]:
    """Return a message of each type that lies on the bus of a box which told its story."""
    folder = scratch_folder()
    try:
        async with PostgresCluster(folder=folder / "postgres", profile=TEST) as cluster:
            await make_database(cluster.dsn(), name=_DATABASE)
            dsn = cluster.dsn(database=_DATABASE)
            os.environ["GONGZHI_DATABASE_ADMIN_URL"] = dsn
            await asyncio.to_thread(_tell)
            return await _on_the_bus(dsn)
    finally:
        del os.environ["GONGZHI_DATABASE_ADMIN_URL"]
        shutil.rmtree(folder)


def _tell() -> None:
    folder = scratch_folder()
    with running_box(folder / "data", free_ports()[0], folder / "log") as box:
        told = box.command("story", "--url", box.url)
        assert told.returncode == 0, told.stdout + told.stderr
    shutil.rmtree(folder)


async def _on_the_bus(dsn: str) -> list[Recorded]:
    connection = await asyncpg.connect(dsn)
    try:
        rows = await connection.fetch(_ON_THE_BUS)
    finally:
        await connection.close()
    return [Recorded(key=row["key"], headers=json.loads(row["headers"]), data=row["data"]) for row in rows]


def _from_tests(missing: Sequence[str]) -> None:
    folders = sorted({_TESTS[name.split(".")[1]] for name in missing})
    command = [sys.executable, "-m", "pytest", "-q", "-p", "tests.contracts.recorder", *folders]
    subprocess.run(command, check=False)


if __name__ == "__main__":
    sys.exit(main())
