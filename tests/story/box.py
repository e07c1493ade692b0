"""A one box as a process of its own, as somebody starts it with `make run`."""

import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx

from shared.clusters import address_of_running
from shared.storage import administrator

GONGZHI = Path(sys.executable).parent / "gongzhi"
READY_SECONDS = 120
STOP_SECONDS = 60


@dataclass(frozen=True)
class RunningBox:
    """The process, where it answers, and what it has said so far."""

    process: subprocess.Popen[bytes]
    url: str
    log: Path
    environment: dict[str, str]
    ready_after: float

    def said(self) -> str:
        return self.log.read_text()

    def postmaster(self) -> int:
        data = self.environment["GONGZHI_DATA"]
        return int((Path(data) / "postgres" / "data" / "postmaster.pid").read_text().split()[0])

    @property
    def admin_dsn(self) -> str:
        """The administrator's address of its server."""
        folder = Path(self.environment["GONGZHI_DATA"]) / "postgres"
        return address_of_running(folder=folder, database="gongzhi")

    async def on_server(self, statement: str, *values: object) -> list[Any]:
        """Run a statement as its administrator."""
        async with administrator(self.admin_dsn) as connection:
            return list(await connection.fetch(statement, *values))

    def token(self, role: str) -> str:
        """Return a token of its own issuer."""
        return self.command("token", "--role", role).stdout.strip()

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command that must find the box by its data folder alone."""
        return subprocess.run(
            [GONGZHI, *arguments],
            env={name: value for name, value in self.environment.items() if name != "GONGZHI_PORT"},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def environment(data: Path, port: int) -> dict[str, str]:
    return os.environ | {"GONGZHI_DATA": str(data), "GONGZHI_PORT": str(port)}


@contextmanager
def running_box(data: Path, port: int, log: Path) -> Iterator[RunningBox]:
    """Start a box, wait until it has said that it runs, stop it with SIGINT."""
    started = time.monotonic()
    surroundings = environment(data, port)
    with log.open("wb") as sink:
        process = subprocess.Popen([GONGZHI, "up"], env=surroundings, stdout=sink, stderr=subprocess.STDOUT)
    try:
        _welcome(process, log)
        yield RunningBox(
            process=process,
            url=f"http://127.0.0.1:{port}",
            log=log,
            environment=surroundings,
            ready_after=time.monotonic() - started,
        )
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(STOP_SECONDS)


def _welcome(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "Ctrl-C" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def is_ready(url: str) -> bool:
    try:
        return httpx.get(f"{url}/health/ready", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def processes_of(data: Path) -> list[int]:
    """Return the processes that name a data folder in their command line."""
    entries = (entry for entry in Path("/proc").iterdir() if entry.name.isdecimal())
    return [
        int(entry.name) for entry in entries if int(entry.name) != os.getpid() and _names(entry, str(data))
    ]


def _names(entry: Path, text: str) -> bool:
    try:
        return re.search(re.escape(text).encode(), (entry / "cmdline").read_bytes()) is not None
    except OSError:
        return False


def memory_mb(process: subprocess.Popen[bytes]) -> int:
    """Return the memory of a process and its descendants, shared pages counted once (PSS)."""
    return sum(_pss(pid) for pid in [process.pid, *_descendants(process.pid)]) // 1024


def _descendants(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task")
    direct = [int(child) for task in children.glob("*/children") for child in task.read_text().split()]
    return direct + [grandchild for child in direct for grandchild in _descendants(child)]


def _pss(pid: int) -> int:
    try:
        rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
    except OSError:
        return 0
    match = re.search(r"^Pss:\s+([0-9]+) kB", rollup, re.MULTILINE)
    return int(match[1]) if match else 0
