"""What happens to a server when we are killed: it ends with us, and the next start repairs the rest."""

import asyncio
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.clusters import TEST, DataInUse, PostgresCluster, scratch_folder
from shared.clusters.account import server_account
from shared.clusters.postgres.orphans import server_processes
from shared.clusters.scratch import sweep_scratch

_OWNER = """
import asyncio, sys
from pathlib import Path
from shared.clusters import TEST, PostgresCluster

async def main():
    cluster = PostgresCluster(folder=Path(sys.argv[1]), profile=TEST)
    await cluster.start()
    sys.stdout.write(f"{cluster.pid}\\n")
    sys.stdout.flush()
    await asyncio.sleep(60)

asyncio.run(main())
"""


def start_owner(folder: Path) -> tuple[subprocess.Popen[str], int]:
    owner = subprocess.Popen([sys.executable, "-c", _OWNER, str(folder)], stdout=subprocess.PIPE, text=True)
    assert owner.stdout is not None
    with owner.stdout as said:
        return owner, int(said.readline())


def serving(folder: Path) -> list[int]:
    return server_processes(folder / "data", server_account())


def command_of(pid: int | None) -> list[bytes]:
    return Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[:-1]


def start_orphan(command: list[bytes], data: Path) -> subprocess.Popen[bytes]:
    account = server_account()
    user, group = (account.uid, account.gid) if account.changed else (None, None)
    groups: list[int] | None = [] if account.changed else None
    return subprocess.Popen(
        command,
        cwd=data,
        stderr=subprocess.DEVNULL,
        user=user,
        group=group,
        extra_groups=groups,
    )


def says_ready(pid_file: Path) -> bool:
    return pid_file.exists() and "ready" in pid_file.read_text()


async def until(condition: Callable[[], bool]) -> None:
    latest = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < latest, "The condition did not come true within ten seconds."
        await asyncio.sleep(0.01)


async def test_the_server_ends_with_a_killed_owner(folder: Path) -> None:
    owner, postmaster = start_owner(folder)
    assert postmaster in serving(folder)

    owner.kill()
    owner.wait()

    await until(lambda: serving(folder) == [])


async def test_the_folder_of_a_killed_owner_is_started_at_once(folder: Path) -> None:
    owner, _ = start_owner(folder)
    owner.kill()
    owner.wait()

    async with PostgresCluster(folder=folder, profile=TEST) as cluster:
        assert await cluster.alive()


async def test_an_owner_that_lives_keeps_its_folder(folder: Path) -> None:
    owner, postmaster = start_owner(folder)

    with pytest.raises(DataInUse, match=str(owner.pid)):
        await PostgresCluster(folder=folder, profile=TEST).start()

    assert postmaster in serving(folder)
    owner.send_signal(signal.SIGKILL)
    owner.wait()
    await until(lambda: serving(folder) == [])


async def test_an_orphan_that_still_serves_the_data_is_stopped_before_the_start(folder: Path) -> None:
    cluster = PostgresCluster(folder=folder, profile=TEST)
    await cluster.start()
    command = command_of(cluster.pid)
    await cluster.stop()
    orphan = start_orphan(command, folder / "data")
    await until(lambda: says_ready(folder / "data" / "postmaster.pid"))

    async with cluster:
        assert await cluster.alive()
        assert cluster.pid != orphan.pid
        assert orphan.wait(timeout=1) == 0


def test_scratch_folders_of_the_dead_are_swept_and_those_of_the_living_stay(folder: Path) -> None:
    gone = subprocess.Popen(["true"])
    gone.wait()
    parent = folder.parent
    left = parent / f"gongzhi-{gone.pid}-x"
    mine = parent / "gongzhi-1-x"
    left.mkdir()
    mine.mkdir()

    assert sweep_scratch(parent) == [left]

    assert (left.exists(), mine.exists()) == (False, True)
    made = scratch_folder()
    assert made.is_dir()
    shutil.rmtree(made)
