"""The commands of whoever deploys: the distributed form on this machine, the edge's files, new secrets."""

import asyncio
import signal
from pathlib import Path
from typing import Annotated

import typer

from onebox.box import BoxSettings
from onebox.deployment import new_secrets, write_edge_files
from onebox.distributed import Distributed
from onebox.edge_check import check_edge
from onebox.services import SERVICES
from onebox.welcome import say
from shared.clusters import PortTaken, port_is_taken

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)


@app.command()
def distributed(
    *, certificate: Annotated[Path | None, typer.Option(help="PEM 证书，启用 TLS / PEM file for TLS")] = None
) -> None:
    """在本机以分布式形态运行（无需 Docker） / Run the distributed form on this machine, without Docker."""
    asyncio.run(_distributed(BoxSettings.from_environment(), certificate=certificate))


async def _distributed(settings: BoxSettings, *, certificate: Path | None) -> None:
    """Run until SIGINT or SIGTERM; raise the fault of a process that ends by itself."""
    place = settings.server
    if port_is_taken(place.port, host=place.host):
        raise PortTaken(port=place.port)
    say("正在启动 PostgreSQL、Kafka、HAProxy 与各服务进程 / starting a dozen processes …")
    async with Distributed(settings, certificate=certificate) as platform:
        say(f"共治已启动 / Gongzhi is running: {platform.url}")
        say(f"  日志 / logs: {settings.data / 'processes'}")
        say("按 Ctrl-C 停止 / Ctrl-C stops it.")
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        stopping, death = asyncio.create_task(stopped.wait()), asyncio.create_task(platform.watch())
        await asyncio.wait({stopping, death}, return_when=asyncio.FIRST_COMPLETED)
        if death.done():
            raise death.result()
        death.cancel()
    say("已停止 / stopped.")


@app.command()
def edge(
    folder: Annotated[Path | None, typer.Argument(help="目标目录 / target folder")] = None,
    *,
    check: Annotated[
        bool, typer.Option("--check", help="让 HAProxy 检查配置；可不写目标目录 / let HAProxy read it")
    ] = False,
) -> None:
    """生成 HAProxy 配置与签发者公钥 / Write HAProxy's configuration and the issuer's public keys."""
    if check:
        asyncio.run(check_edge(folder))
        say("HAProxy 接受此配置 / HAProxy takes this configuration")
    elif folder is None:
        message = "请写目标目录，或加 --check / name a folder, or say --check"
        raise typer.BadParameter(message)
    else:
        say(str(asyncio.run(write_edge_files(folder))))


@app.command()
def secrets() -> None:
    """生成一套部署密钥（.env 格式） / Print new secrets of a deployment, as lines of an .env file."""
    for variable, secret in new_secrets(schemas=(service.package for service in SERVICES)).items():
        say(f"{variable}={secret}")
