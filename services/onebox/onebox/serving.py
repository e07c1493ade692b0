"""Start and stop: the one box, or one service as a process of its own."""

import asyncio
import signal
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any, Final

import uvicorn
from fastapi import Request

from gateway import DOCUMENTS, Documents, Edge, merge_openapi
from onebox.box import Box, BoxSettings, Cluster
from onebox.demo import load_demo
from onebox.deployment import AdministratorSettings
from onebox.folders import remember_port
from onebox.services import SERVICES
from onebox.welcome import say, welcome
from shared.clusters import PortTaken, port_is_taken
from shared.identity import TokenMissing
from shared.kernel import Actor
from shared.logging import configure_logging
from shared.settings import LoginSettings, PlatformSettings, load
from shared.storage import Database

__all__ = ["documents_app", "migrate_only", "openapi_document", "up"]

POLL_SECONDS: Final = 0.05
_SIGNALS: Final = (signal.SIGINT, signal.SIGTERM)


class _Server(uvicorn.Server):
    """Leaves the signals to us, who must stop the database after the last request and not before."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def up() -> None:
    """Start the whole platform, say where to look, and serve until SIGINT or SIGTERM."""
    settings = BoxSettings.from_environment()
    configure_logging(settings.platform, service="gongzhi")
    place = settings.server
    if port_is_taken(place.port, host=place.host):
        raise PortTaken(port=place.port)
    say("正在准备数据库 / preparing the database …")
    async with Box.open(settings) as box:
        remember_port(settings.data, place.port)
        server = _Server(box.server_config())
        for number in _SIGNALS:
            asyncio.get_running_loop().add_signal_handler(number, _stop, server)
        async with asyncio.TaskGroup() as group:
            group.create_task(server.serve())
            await _started(server)
            if server.started:
                await load_demo(settings)
                welcome(settings)
    say("已停止 / stopped.")


def _stop(server: uvicorn.Server) -> None:
    server.should_exit = True


async def _started(server: uvicorn.Server) -> None:
    while not (server.started or server.should_exit):  # noqa: ASYNC110 - uvicorn has a flag, not an event
        await asyncio.sleep(POLL_SECONDS)


async def migrate_only() -> None:
    """Bring schemas and reference data up to date on the server the settings name, or on the box's own."""
    admin_url = load(AdministratorSettings).admin_url
    if admin_url is not None:
        await Cluster(admin_dsn=admin_url.get_secret_value(), logins=load(LoginSettings)).prepare()
    else:
        async with Box.prepared(BoxSettings.from_environment()):
            pass
    say("数据库结构已是最新 / the schemas are up to date.")


def documents_app() -> Edge:
    """Return the application that serves the documentation alone: an edge without services."""
    configure_logging(load(PlatformSettings), service=DOCUMENTS)

    async def ready() -> Mapping[str, bool]:
        return {DOCUMENTS: True}

    return Edge(apps={}, ready=ready, documents=Documents(openapi_document), pages={})


async def _nobody(_database: Database, _request: Request, _now: datetime) -> Actor:
    raise TokenMissing


def openapi_document() -> dict[str, Any]:
    """Return the merged document of all services, made without a database."""
    unused = Database(dsn="postgresql://nobody@localhost/none", schema="none")
    apps = {
        service.name: service.app(database=unused, bearer=_nobody, cursor_key=b"") for service in SERVICES
    }
    return merge_openapi({name: app.openapi() for name, app in apps.items()})
