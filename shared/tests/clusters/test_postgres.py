"""The embedded PostgreSQL: its whole life, and every way it was seen to fall."""

import asyncio
import os
import signal
import socket
import stat
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

import asyncpg
import pytest

from shared.clusters import TEST, DataInUse, PortTaken, PostgresCluster, ServerFailed, free_ports
from shared.clusters.account import server_account
from shared.clusters.postgres.orphans import server_processes


def cluster_on(folder: Path, *, port: int | None = None) -> PostgresCluster:
    return PostgresCluster(folder=folder, profile=TEST, port=port)


async def runs_series(cluster: PostgresCluster) -> bool:
    asked = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%series%'"
    return await fetch(cluster, asked) == 2  # the statement itself, and this question


async def revived(cluster: PostgresCluster, killed: int) -> bool:
    return cluster.pid not in {None, killed} and await cluster.alive()


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    while not await condition():  # noqa: ASYNC110 - another process makes it true
        await asyncio.sleep(0.01)


async def fetch(cluster: PostgresCluster, statement: str) -> object:
    connection = await asyncpg.connect(cluster.dsn())
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()


def owner_of(pid: int | None) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


def serving(folder: Path) -> list[int]:
    return server_processes(folder / "data", server_account())


async def test_a_started_cluster_answers_and_a_stopped_one_leaves_no_process(folder: Path) -> None:
    async with cluster_on(folder) as cluster:
        assert await cluster.alive()
        assert await fetch(cluster, "SHOW server_encoding") == "UTF8"
        assert await fetch(cluster, "SHOW fsync") == "off"
        assert cluster.pid in serving(folder)

    assert not await cluster.alive()
    assert serving(folder) == []


async def test_the_data_are_found_again_on_the_same_port_and_by_another_cluster(folder: Path) -> None:
    cluster = cluster_on(folder)
    await cluster.start()
    port, password = cluster.port, cluster.password
    await fetch(cluster, "CREATE TABLE kept AS SELECT 7 AS number")

    await cluster.restart()
    after_restart = await fetch(cluster, "SELECT number FROM kept")
    await cluster.stop()
    async with cluster_on(folder) as second:
        after_second_start = await fetch(second, "SELECT number FROM kept")

    assert (after_restart, after_second_start) == (7, 7)
    assert (cluster.port, second.password) == (port, password)


async def test_a_wrong_password_is_refused_and_the_socket_is_the_owners(folder: Path) -> None:
    async with PostgresCluster(folder=folder, profile=TEST, password="p@ss/:word") as cluster:
        assert await cluster.alive()
        with pytest.raises(asyncpg.InvalidPasswordError):
            await asyncpg.connect(cluster.dsn(user="postgres", password="guess"))
        run = cluster.socket_folder.stat()
        socket_name = cluster.socket_folder / f".s.PGSQL.{cluster.port}"
        by_socket = await asyncpg.connect(host=str(cluster.socket_folder), port=cluster.port, user="postgres")
        await by_socket.close()

        assert stat.S_IMODE(run.st_mode) == 0o700
        assert stat.S_IMODE(socket_name.stat().st_mode) == 0o700
        assert stat.S_IMODE((folder / "password").stat().st_mode) == 0o600


async def test_the_server_never_runs_as_root(folder: Path) -> None:
    async with cluster_on(folder) as cluster:
        owner = owner_of(cluster.pid)

    assert owner == server_account().uid != 0


async def test_a_very_long_folder_still_has_a_socket(folder: Path) -> None:
    async with cluster_on(folder / ("deep" * 30)) as cluster:
        connection = await asyncpg.connect(
            host=str(cluster.socket_folder), port=cluster.port, user="postgres"
        )
        await connection.close()
        place = cluster.socket_folder

    assert not place.exists()


async def test_a_killed_postmaster_is_started_again_with_its_data(folder: Path) -> None:
    async with cluster_on(folder) as cluster:
        await fetch(cluster, "CREATE TABLE kept AS SELECT 7 AS number")
        await fetch(cluster, "CHECKPOINT")
        await cluster.kill()
        assert not await cluster.alive()

        await cluster.start()

        assert await fetch(cluster, "SELECT number FROM kept") == 7


async def test_children_of_a_killed_postmaster_in_a_statement_do_not_hinder_the_start(
    folder: Path,
) -> None:
    async with cluster_on(folder) as cluster:
        busy = asyncio.create_task(fetch(cluster, "SELECT count(*) FROM generate_series(1, 10000000000)"))
        await until(partial(runs_series, cluster))
        await cluster.kill()
        assert serving(folder) != []

        await cluster.start()

        assert await cluster.alive()
        with pytest.raises((OSError, asyncpg.PostgresError)):
            await busy


async def test_a_watched_cluster_comes_back_by_itself(folder: Path) -> None:
    async with cluster_on(folder) as cluster:
        watch = asyncio.create_task(cluster.watch())
        first = cluster.pid
        assert first is not None
        os.kill(first, signal.SIGKILL)
        async with asyncio.timeout(30):
            await until(partial(revived, cluster, first))
        await cluster.restart()
        assert await cluster.alive()
        assert not watch.done()

    await asyncio.wait_for(watch, 5)


async def test_a_corrupt_pid_file_is_removed(folder: Path) -> None:
    cluster = cluster_on(folder)
    await cluster.start()
    await cluster.stop()
    (folder / "data" / "postmaster.pid").write_text("not a number\n")

    async with cluster:
        assert await cluster.alive()


async def test_a_stale_pid_file_that_names_a_living_stranger_harms_nobody(folder: Path) -> None:
    stranger = await asyncio.create_subprocess_exec("sleep", "60")
    cluster = cluster_on(folder)
    await cluster.start()
    await cluster.stop()
    (folder / "data" / "postmaster.pid").write_text(f"{stranger.pid}\n{folder / 'data'}\n")

    async with cluster:
        assert await cluster.alive()
        assert stranger.returncode is None

    stranger.kill()
    await stranger.wait()


async def test_a_half_made_data_folder_is_made_anew(folder: Path) -> None:
    (folder / "data.new").mkdir(parents=True)
    (folder / "data.new" / "PG_VERSION").write_text("18\n")

    async with cluster_on(folder) as cluster:
        assert await cluster.alive()


async def test_a_taken_port_is_named_and_leaves_nothing_behind(folder: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = int(other.getsockname()[1])
        with pytest.raises(PortTaken) as refused:
            await cluster_on(folder, port=port).start()

    assert str(port) in refused.value.sentence("zh")
    assert serving(folder) == []
    async with cluster_on(folder, port=port) as cluster:
        assert cluster.port == port


async def test_a_folder_in_use_is_not_touched(folder: Path) -> None:
    async with cluster_on(folder) as cluster:
        with pytest.raises(DataInUse, match=str(os.getpid())):
            await cluster_on(folder).start()

        assert await cluster.alive()


async def test_a_setting_the_server_does_not_know_is_told_with_the_log(folder: Path) -> None:
    cluster = PostgresCluster(folder=folder, profile=TEST, settings={"no_such_setting": "1"})

    with pytest.raises(ServerFailed, match="no_such_setting"):
        await cluster.start()

    assert serving(folder) == []


def test_free_ports_are_all_different() -> None:
    ports = free_ports(20)

    assert len(set(ports)) == 20
