"""`gongzhi doctor`: test everything the platform leans on, and name the cure of what is wrong."""

import asyncio
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from onebox.box import BoxSettings
from onebox.client import Client, PlatformRefused, PlatformUnreachable
from onebox.welcome import address_of
from shared.clusters import ClusterError, find_binaries, kafka_available, port_is_taken
from shared.settings import BusKind
from shared.storage import DATABASE_AWAY, administrator

__all__ = ["Finding", "examine"]

LEAST_PYTHON: Final = (3, 11)
LEAST_FREE_BYTES: Final = 1024**3
ANSWER_SECONDS: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing tested: whether it is good, and what is there or what to do; `needed` or only useful."""

    name: str
    good: bool
    says: str
    needed: bool = True


async def examine(settings: BoxSettings) -> list[Finding]:
    """Test every dependency of the form that the settings choose."""
    return [
        _python(),
        _disk(settings.data),
        await _database(settings),
        await _port(settings),
        await _bus(settings),
        _tool("haproxy", "apt-get install haproxy", use="分布式网关 / the edge of the distributed form"),
        _kafka(),
    ]


def _python() -> Finding:
    version = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info[:2] >= LEAST_PYTHON
    cure = "" if good else "：请安装 Python 3.11 以上 / install Python 3.11 or newer"
    return Finding(name="Python", good=good, says=version + cure)


def _disk(data: Path) -> Finding:
    folder = next(parent for parent in (data, *data.parents) if parent.is_dir())
    free = shutil.disk_usage(folder).free
    good = free >= LEAST_FREE_BYTES
    cure = "" if good else "：请清理磁盘，或用 GONGZHI_DATA 换一个目录 / free some space, or set GONGZHI_DATA"
    return Finding(name="磁盘 / disk", good=good, says=f"{folder}: {free // 1024**2} MiB{cure}")


async def _database(settings: BoxSettings) -> Finding:
    name = "PostgreSQL"
    if settings.database.admin_url is None:
        return _own_postgres(name)
    try:
        async with administrator(settings.database.admin_url.get_secret_value()) as connection:
            version = await connection.fetchval("SHOW server_version", timeout=ANSWER_SECONDS)
    except DATABASE_AWAY as fault:
        cure = "请检查 GONGZHI_DATABASE_ADMIN_URL / check GONGZHI_DATABASE_ADMIN_URL"
        return Finding(name=name, good=False, says=f"{cure}: {type(fault).__name__}")
    return Finding(name=name, good=True, says=str(version))


def _own_postgres(name: str) -> Finding:
    try:
        return Finding(name=name, good=True, says=f"内嵌 / embedded: {find_binaries().folder}")
    except ClusterError as missing:
        return Finding(name=name, good=False, says=f"{missing.sentence('zh')} / {missing.sentence('en')}")


async def _port(settings: BoxSettings) -> Finding:
    place = settings.server
    name = f"端口 / port {place.port}"
    if not port_is_taken(place.port, host=place.host):
        return Finding(name=name, good=True, says="空闲 / free")
    try:
        async with Client(address_of(settings)) as client:
            await client.send("GET", "/health/ready")
    except (PlatformRefused, PlatformUnreachable):
        cure = "被其他程序占用，请用 GONGZHI_PORT 换一个端口 / taken by another program; set GONGZHI_PORT"
        return Finding(name=name, good=False, says=cure)
    return Finding(name=name, good=True, says="平台正在运行 / the platform is running")


async def _bus(settings: BoxSettings) -> Finding:
    if settings.bus.bus is BusKind.POSTGRES:
        return Finding(name="总线 / bus", good=True, says="PostgreSQL")
    servers = settings.bus.kafka_servers
    answers = [await _reachable(server) for server in servers]
    cure = (
        ""
        if all(answers)
        else "：无法连接，请检查 GONGZHI_KAFKA_SERVERS / cannot be reached; check the setting"
    )
    return Finding(name="总线 / bus", good=any(answers), says=f"Kafka {', '.join(servers)}{cure}")


async def _reachable(server: str) -> bool:
    host, _, port = server.rpartition(":")
    try:
        _, writer = await asyncio.wait_for(asyncio.open_connection(host, int(port)), ANSWER_SECONDS)
    except (OSError, ValueError):
        return False
    writer.close()
    return True


def _tool(program: str, cure: str, *, use: str) -> Finding:
    found = shutil.which(program, path="/usr/sbin:/usr/local/sbin:/usr/local/bin:/usr/bin:/bin")
    return Finding(name=program, good=found is not None, says=found or f"{use}: {cure}", needed=False)


def _kafka() -> Finding:
    missing = kafka_available()
    return Finding(
        name="Apache Kafka", good=missing is None, says=missing or "测试可用 / there for tests", needed=False
    )
