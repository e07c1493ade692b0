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
FILLED: Final = """
SELECT FROM supervision.estate_profiles WHERE NOT EXISTS (SELECT FROM estate_registry.outbox) LIMIT 1
"""
NEXT: Final = "SELECT FROM pg_namespace WHERE nspname = 'supervision_next'"
LET_GO: Final = """
SELECT WHERE NOT EXISTS (
    SELECT FROM pg_locks WHERE locktype = 'advisory' AND granted
        AND (classid::bigint << 32 | objid::bigint) = hashtextextended('rebuild:supervision', 0)
)
"""
# A lock that stops the rebuild when all is built and it begins to switch, and how to see that it came so far.
HELD: Final = "LOCK TABLE supervision.inbox IN ROW EXCLUSIVE MODE"
SWITCHING: Final = "SELECT FROM pg_locks WHERE relation = 'supervision.inbox'::regclass AND NOT granted"


@pytest.fixture
def spoilt(demo_box: RunningBox) -> str:
    """Spoil the read model; return the address of a file that tells it."""
    asyncio.run(until(demo_box, FILLED))
    rows = asyncio.run(demo_box.on_server(SPOIL, WRONG))
    return f"{demo_box.url}/api/supervision/estate-files/{rows[0][0]}"


def told_name(box: RunningBox, address: str) -> str:
    answer = httpx.get(address, headers={"authorization": f"Bearer {box.token('R11')}"}, timeout=30)
    assert answer.status_code == 200, answer.text
    name: str = answer.json()["estate"]["name"]
    return name


def replay(box: RunningBox, *options: str) -> "subprocess.CompletedProcess[str]":
    return box.command("replay", "--service", "supervision", *options)


def test_it_tells_what_differs_and_mends_it_under_a_running_box(demo_box: RunningBox, spoilt: str) -> None:
    compared = replay(demo_box, "--compare")
    unchanged = told_name(demo_box, spoilt)
    mended = replay(demo_box)

    assert "estate_profiles: -" in compared.stdout
    assert "nothing was switched" in compared.stdout
    assert unchanged == WRONG
    assert mended.returncode == 0, mended.stderr
    assert "switched" in mended.stdout
    assert told_name(demo_box, spoilt) != WRONG


def test_what_cannot_be_rebuilt_is_refused_with_what_can(demo_box: RunningBox) -> None:
    said = demo_box.command("replay", "--service", "exchange")

    assert said.returncode != 0
    assert "supervision" in said.stderr
    assert "Traceback" not in said.stderr


def test_killed_as_it_switches_the_old_model_answers_and_the_next_run_mends_it(
    demo_box: RunningBox, spoilt: str
) -> None:
    asyncio.run(kill_as_it_switches(demo_box))
    left = asyncio.run(demo_box.on_server(NEXT))
    old = told_name(demo_box, spoilt)

    again = replay(demo_box)

    assert (len(left), old) == (1, WRONG)
    assert again.returncode == 0, again.stderr
    assert told_name(demo_box, spoilt) != WRONG
    assert asyncio.run(demo_box.on_server(NEXT)) == []


async def kill_as_it_switches(box: RunningBox) -> None:
    """Kill a rebuild that a lock holds up before its end; wait until the server let it go."""
    async with administrator(box.admin_dsn) as connection, connection.transaction():
        await connection.execute(HELD)
        running = subprocess.Popen(  # noqa: ASYNC220 - awaited by what it does in the database
            [GONGZHI, "replay", "--service", "supervision"],
            env=box.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            await until(box, SWITCHING)
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
