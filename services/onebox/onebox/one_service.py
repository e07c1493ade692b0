"""One service as a process of its own: `python -m onebox.one_service serve|work SERVICE`.

The same two commands belong to `gongzhi`. Here they import that one service alone, which takes half the time
and a fifth less memory: a deployment starts a dozen of these.
"""

import asyncio
from importlib import import_module
from typing import Annotated, Final

import typer
import uvicorn
from starlette.types import ASGIApp

from gateway import DOCUMENTS, ROUTES
from shared.process import app_from_environment, work_until_stopped
from shared.service import Service

__all__ = ["app", "serve_service", "work_service"]

# Longer than the edge keeps a connection: else it may send a request into one that just closed.
KEEP_ALIVE_SECONDS: Final = 75
# How long a request that runs may go on when the process is told to stop.
GRACE_SECONDS: Final = 10
_NAMES: Final = tuple(route.service for route in ROUTES)

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)


@app.command()
def serve(service: str, port: Annotated[int, typer.Option()], host: str = "127.0.0.1") -> None:
    """启动一个服务的接口进程（gateway 为接口文档） / Start the HTTP process of one service."""
    serve_service(_known(service, *_NAMES, DOCUMENTS), host=host, port=port)


@app.command()
def work(service: str) -> None:
    """启动一个服务的消息进程 / Start the message process of one service."""
    asyncio.run(work_service(_known(service, *_NAMES)))


def _known(name: str, *names: str) -> str:
    if name not in names:
        message = f"没有服务 {name}，可选 / no service {name}; there are: {', '.join(names)}"
        raise typer.BadParameter(message)
    return name


def serve_service(name: str, *, host: str, port: int) -> None:
    """Run the HTTP process of one service, or of the documentation; settings come from the environment."""
    uvicorn.run(
        _documentation() if name == DOCUMENTS else app_from_environment(_service(name)),
        host=host,
        port=port,
        timeout_keep_alive=KEEP_ALIVE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        server_header=False,
    )


async def work_service(name: str) -> None:
    """Run the message process of one service."""
    await work_until_stopped(_service(name))


def _service(name: str) -> Service:
    found = import_module(f"{name.replace('-', '_')}.main").SERVICE
    assert isinstance(found, Service)  # noqa: S101 - every service's main has one; narrows the type
    return found


def _documentation() -> ASGIApp:
    from onebox.serving import documents_app  # noqa: PLC0415 - it alone needs every service

    return documents_app()


if __name__ == "__main__":
    app()
