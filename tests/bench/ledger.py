"""How fast money is posted: transfers by API, spread and on one account, and in batches; sealed behind.

Each beside the same statement by pgbench, or, for batches, the same rows by one INSERT in the database.
"""

import asyncio
import json
import os
import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import UUID

import httpx

from onebox.services import service_named
from shared.identity import Role
from shared.storage import administrator
from subsidy_ledger.funds import storage
from tests.bench.figures import Figure
from tests.bench.ground import Ground, disk_folder
from tests.bench.saturation import Request, answers_per_second

FIGURES = (
    "ledger-postings",
    "ledger-postings-one-account",
    "ledger-postings-at-1m",
    "ledger-batch",
)
SERVICE = "subsidy-ledger"
POSTINGS = "/api/subsidy-ledger/funds/postings"
BATCHES = "/api/subsidy-ledger/funds/batches"
LEDGERS = 64
HOUSEHOLDS = 8
RICH_FEN = 10**12
BATCH_LINES = 5_000
BATCH_ROUNDS = 6
PGBENCH_SECONDS = 4
CLIENTS = 16
# Two entries a posting.
MILLION = 500_000
_ACCOUNT = "lpad(to_hex({ledger} * 1000 + {place}), 32, '0')::uuid"
_OPEN = f"""
INSERT INTO fund_accounts (id, territory, ledger, kind, code, opened_at, opened_by)
SELECT {_ACCOUNT.format(ledger="l", place="p")}, '610703001001', 'B' || l,
    CASE p WHEN 0 THEN 'bank' ELSE 'household' END, p::text, now(), 'bench'
FROM generate_series(1, $1::int) AS l, generate_series(0, $2::int) AS p
"""  # noqa: S608 - a statement of ours
# From the given place to the next, in every ledger in turn.
_FILL = f"""
WITH given AS (
    SELECT n, 'B' || (n % $1::int + 1) AS ledger,
        {_ACCOUNT.format(ledger="(n % $1::int + 1)", place="$3::int")} AS giver,
        {_ACCOUNT.format(ledger="(n % $1::int + 1)", place="(n / $1::int % $5::int + 1)")} AS taker
    FROM generate_series(0, $2::int - 1) AS n
), drawn AS (
    INSERT INTO fund_months AS m (ledger, month, last_number)
    SELECT ledger, date_trunc('month', now())::date, count(*) FROM given GROUP BY ledger
    ON CONFLICT (ledger, month) DO UPDATE SET last_number = m.last_number + excluded.last_number
    RETURNING m.ledger, m.month, m.last_number
)
INSERT INTO fund_postings (id, ledger, month, number, from_account, to_account, amount_fen, memo, posted_at,
    person, role)
SELECT gen_random_uuid(), ledger, month, last_number - count(*) OVER (PARTITION BY ledger)
    + row_number() OVER (PARTITION BY ledger ORDER BY n), giver, taker, $4::bigint, 'fill', now(), 'bench',
    'R13'
FROM given JOIN drawn USING (ledger)
"""  # noqa: S608 - a statement of ours


async def measure() -> list[Figure]:
    """Measure on empty books, then again with a million entries in them."""
    async with Ground.laid(disk_folder("ledger")) as ground:
        await _open_accounts(ground)
        async with ground.working(SERVICE), ground.serving(SERVICE) as (port,):
            bench = _Bench(ground, port)
            # A process and a database that have just begun are slower than they will be.
            await bench.posted(spread=True)
            spread, hot = await bench.posted(spread=True), await bench.posted(spread=False)
            limits = [await bench.pgbench(spread=each) for each in (True, False)]
            batch = await bench.batches()
            copied = await _filled(ground, MILLION)
            full = await bench.posted(spread=True)
    return [
        Figure(name="ledger-postings", value=round(spread), unit="1/s", limit=limits[0], goal=2_000),
        Figure(name="ledger-postings-one-account", value=round(hot), unit="1/s", limit=limits[1], goal=1_000),
        Figure(name="ledger-postings-at-1m", value=round(full), unit="1/s", limit=spread, goal=0.9),
        Figure(name="ledger-batch", value=round(batch), unit="1/s", limit=copied, goal=50_000),
    ]


def account(ledger: int, place: int) -> str:
    return str(UUID(int=ledger * 1000 + place))


def _line(ledger: int, place: int) -> dict[str, object]:
    giver, taker = account(ledger, place), account(ledger, place % HOUSEHOLDS + 1)
    return {"from_account": giver, "to_account": taker, "amount_fen": 1, "memo": "划转"}


async def _open_accounts(ground: Ground) -> None:
    async with administrator(ground.cluster.admin_dsn) as connection:
        await connection.execute("SET search_path = subsidy_ledger, public")
        await connection.execute(_OPEN, LEDGERS, HOUSEHOLDS)
        await connection.execute(_FILL, LEDGERS, LEDGERS * HOUSEHOLDS, 0, RICH_FEN, HOUSEHOLDS)
        # As PostgreSQL does by itself after a minute; a plan made without statistics is kept for long.
        await connection.execute("ANALYZE")


async def _filled(ground: Ground, count: int) -> float:
    """Post from the bank in the database itself, and return how many entries a second it took."""
    async with administrator(ground.cluster.admin_dsn) as connection:
        await connection.execute("SET search_path = subsidy_ledger, public")
        started = time.monotonic()
        for _ in range(0, count, MILLION // 10):
            await connection.execute(_FILL, LEDGERS, MILLION // 10, 0, 1, HOUSEHOLDS)
        seconds = time.monotonic() - started
        await connection.execute("ANALYZE fund_postings")
    return round(2 * count / seconds)


class _Bench:
    def __init__(self, ground: Ground, port: int) -> None:
        self.ground = ground
        self.port = port
        self.token = ground.token(Role.FUND_CLERK, "610703", person="bench")

    async def posted(self, *, spread: bool) -> float:
        """Return how many transfers a second 16 clients post by API."""
        lines = [
            _line(ledger, place)
            for place in range(1, HOUSEHOLDS + 1)
            for ledger in range(1, LEDGERS + 1)
            if spread or (ledger, place) == (1, 1)
        ]
        bodies = tuple(json.dumps(line) for line in lines)
        request = Request(method="POST", path=POSTINGS, token=self.token, bodies=bodies)
        return await answers_per_second(self.port, request)

    async def batches(self) -> float:
        """Return how many entries a second are posted in batches by API, one after the other."""
        bodies = [
            json.dumps(
                {"lines": [_line(n % LEDGERS + 1, n // LEDGERS % HOUSEHOLDS + 1) for n in _numbers(at)]}
            )
            for at in range(BATCH_ROUNDS + 1)
        ]
        headers = {"authorization": f"Bearer {self.token}", "content-type": "application/json"}
        url = f"http://127.0.0.1:{self.port}"
        async with httpx.AsyncClient(base_url=url, headers=headers, timeout=60) as client:
            await self._batch(client, bodies[0])
            started = time.monotonic()
            for body in bodies[1:]:
                await self._batch(client, body)
            seconds = time.monotonic() - started
        return 2 * BATCH_ROUNDS * BATCH_LINES / seconds

    async def _batch(self, client: httpx.AsyncClient, body: str) -> None:
        answer = (await client.post(BATCHES, content=body)).json()
        assert answer["posted"] == BATCH_LINES, str(answer)[:500]

    async def pgbench(self, *, spread: bool) -> float | None:
        """Return how many times a second pgbench runs the very statement, or None where there is none."""
        if shutil.which("pgbench") is None:
            print("没有 pgbench / no pgbench: apt-get install postgresql-contrib")  # noqa: T201 - told
            return None
        with TemporaryDirectory() as folder:
            script = Path(folder) / "post.sql"
            script.write_text(_script(spread=spread))
            return await _pgbench(self.ground.cluster.dsn(service_named(SERVICE)), script)


def _numbers(at: int) -> Sequence[int]:
    return range(at * BATCH_LINES, (at + 1) * BATCH_LINES)


def _script(*, spread: bool) -> str:
    """Return the statement of a posting in pgbench's words: its parameters by their values."""
    query = storage.POST_ONE
    values = {
        "id": "gen_random_uuid()",
        "from_account": f"{_ACCOUNT.format(ledger=':l', place=':p')}",
        "to_account": f"{_ACCOUNT.format(ledger=':l', place=f'(:p % {HOUSEHOLDS} + 1)')}",
        "amount_fen": "1",
        "memo": "'m'",
        "month": "date_trunc('month', now())::date",
        "posted_at": "now()",
        "person": "'bench'",
        "role": "'R13'",
        "scope_low": "'610703'",
        "scope_high": "'610704'",
        "last_number_1": "1",
        "param_1": "1",
    }
    sql = re.sub(r"\$(\d+)", lambda found: values.get(query._names[int(found[1]) - 1], "NULL"), query.sql)
    ledgers, places = (LEDGERS, HOUSEHOLDS) if spread else (1, 1)
    return f"\\set l random(1, {ledgers})\n\\set p random(1, {places})\n{' '.join(sql.split())};\n"


async def _pgbench(dsn: str, script: Path) -> float:
    process = await asyncio.create_subprocess_exec(
        *("pgbench", "-n", "-M", "prepared", "-c", str(CLIENTS), "-j", "1", "-T", str(PGBENCH_SECONDS)),
        *("-f", str(script), dsn),
        env=os.environ | {"PGOPTIONS": "-c search_path=subsidy_ledger,public"},
        stdout=asyncio.subprocess.PIPE,
    )
    said, _ = await process.communicate()
    found = re.search(r"tps = ([0-9.]+)", said.decode())
    assert found, said.decode()
    return round(float(found[1]))
