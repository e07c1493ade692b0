"""`gongzhi replay` on a running box: it mends a read model, and a `kill -9` in the middle harms nothing."""

import asyncio
import signal
import subprocess
from typing import Final

import asyncpg
import httpx
import pytest

from shared.storage import administrator
from tests.story.box import GONGZHI, RunningBox

pytestmark = pytest.mark.slow

PATIENCE_SECONDS: Final = 60
WRONG: Final = "错误的名称"
SPOIL: Final = "UPDATE supervision.estate_profiles SET name = $1 RETURNING estate_id"
NEXT: Final = "SELECT FROM pg_namespace WHERE nspname = 'supervision_next'"
LET_GO: Final = """
SELECT WHERE NOT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended('rebuild:supervision', 0)
)
"""
# Where a lock stops the rebuild, and how to see that it came so far: in the middle of the journals, with part
# of the new tables filled; and at the end of them, as it begins to switch.
MIDDLES: Final = {
    "building": (
        "LOCK TABLE subsidy_ledger.journal IN ACCESS EXCLUSIVE MODE",
        "SELECT FROM supervision_next.estate_profiles LIMIT 1",
    ),
    "switching": (
        "LOCK TABLE supervision.inbox IN ROW EXCLUSIVE MODE",
        "SELECT FROM pg_locks WHERE relation = 'supervision.inbox'::regclass AND NOT granted",
    ),
}


@pytest.fixture
def spoilt(demo_box: RunningBox) -> str:
    """Spoil the read model; return the address of a file that tells it."""
    rows = asyncio.run(demo_box.on_server(SPOIL, WRONG))
    assert rows
    return f"{demo_box.url}/api/supervision/estate-files/{rows[0][0]}"


def told_name(box: RunningBox, address: str) -> str:
    answer = httpx.get(address, headers={"authorization": f"Bearer {box.token('R11')}"}, timeout=30)
    assert answer.status_code == 200, answer.text
    name: str = answer.json()["name"]
    return name


def replay(box: RunningBox, *options: str) -> "subprocess.CompletedProcess[str]":
    return box.command("replay", "--service", "supervision", *options)


def test_it_tells_what_differs_and_changes_nothing_when_it_only_compares(
    demo_box: RunningBox, spoilt: str
) -> None:
    said = replay(demo_box, "--compare")

    assert said.returncode == 0, said.stderr
    assert "estate_profiles: -" in said.stdout
    assert "nothing was switched" in said.stdout
    assert told_name(demo_box, spoilt) == WRONG


def test_it_mends_the_read_model_under_a_running_box(demo_box: RunningBox, spoilt: str) -> None:
    said = replay(demo_box)

    assert said.returncode == 0, said.stderr
    assert "switched" in said.stdout
    assert told_name(demo_box, spoilt) != WRONG
    assert "estate_profiles" not in replay(demo_box, "--compare").stdout


@pytest.mark.parametrize(
    ("options", "says"),
    [(("--service", "exchange"), "supervision"), (("--service", "nobody"), "nobody"), ((), "--service")],
)
def test_what_cannot_be_rebuilt_is_refused_with_what_can(
    demo_box: RunningBox, options: tuple[str, ...], says: str
) -> None:
    said = demo_box.command("replay", *options)

    assert said.returncode != 0
    assert says in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize("middle", MIDDLES)
def test_killed_in_the_middle_the_old_model_answers_and_the_next_run_mends_it(
    demo_box: RunningBox, spoilt: str, middle: str
) -> None:
    asyncio.run(kill_in_the_middle(demo_box, *MIDDLES[middle]))
    left = asyncio.run(demo_box.on_server(NEXT))
    old = told_name(demo_box, spoilt)

    again = replay(demo_box)

    assert (len(left), old) == (1, WRONG)
    assert again.returncode == 0, again.stderr
    assert told_name(demo_box, spoilt) != WRONG
    assert asyncio.run(demo_box.on_server(NEXT)) == []


async def kill_in_the_middle(box: RunningBox, lock: str, reached: str) -> None:
    """Kill a rebuild that a lock holds up at some place; wait until the server let it go."""
    async with administrator(box.admin_dsn) as connection, connection.transaction():
        await connection.execute(lock)
        running = subprocess.Popen(  # noqa: ASYNC220 - awaited by what it does in the database
            [GONGZHI, "replay", "--service", "supervision"],
            env=box.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            await until(box, reached)
        finally:
            running.send_signal(signal.SIGKILL)
            running.wait()
    await until(box, LET_GO)


async def until(box: RunningBox, statement: str) -> None:
    """Wait until a statement finds a row."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not await found(box, statement):  # noqa: ASYNC110 - what is waited for lies in the database
            await asyncio.sleep(0.05)


async def found(box: RunningBox, statement: str) -> bool:
    try:
        return bool(await box.on_server(statement))
    except asyncpg.UndefinedTableError:
        return False
