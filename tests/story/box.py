"""A one box as a process of its own, as somebody starts it with `make run`."""

import asyncio
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

GONGZHI = Path(sys.executable).parent / "gongzhi"
READY_SECONDS = 30
STOP_SECONDS = 20


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

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [GONGZHI, *arguments],
            env=self.environment | {"GONGZHI_URL": self.url},
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )


def environment(data: Path, port: int) -> dict[str, str]:
    return os.environ | {"GONGZHI_DATA": str(data), "GONGZHI_PORT": str(port)}


@asynccontextmanager
async def running_box(data: Path, port: int, log: Path) -> AsyncIterator[RunningBox]:
    """Start a box, wait until it has said that it runs, stop it with SIGINT."""
    started = time.monotonic()
    surroundings = environment(data, port)
    with log.open("wb") as sink:
        process = subprocess.Popen([GONGZHI, "up"], env=surroundings, stdout=sink, stderr=subprocess.STDOUT)
    try:
        await _welcome(process, log)
        yield RunningBox(
            process=process,
            url=f"http://127.0.0.1:{port}",
            log=log,
            environment=surroundings,
            ready_after=time.monotonic() - started,
        )
    finally:
        process.send_signal(signal.SIGINT)
        await asyncio.to_thread(process.wait, STOP_SECONDS)


async def _welcome(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_SECONDS
    while "Ctrl-C" not in log.read_text():
        assert process.poll() is None, log.read_text()
        assert time.monotonic() < deadline, log.read_text()
        await asyncio.sleep(0.05)


async def is_ready(url: str) -> bool:
    async with httpx.AsyncClient(base_url=url, timeout=5) as client:
        try:
            return (await client.get("/health/ready")).status_code == 200
        except httpx.TransportError:
            return False


def processes_of(data: Path) -> list[int]:
    """Return the processes that name a data folder in their command line or environment."""
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal() and int(entry.name) != os.getpid() and _names(entry, str(data)):
            found.append(int(entry.name))
    return found


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
