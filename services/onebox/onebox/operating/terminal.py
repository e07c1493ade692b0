"""`gongzhi events …` and `gongzhi parked …`, over the interface of a running platform."""

import asyncio
import json
import os
from collections.abc import Awaitable, Callable, Mapping
from typing import Annotated, Any, Final
from uuid import UUID

import typer

from onebox.box import BoxSettings
from onebox.client import Client
from onebox.operating.trace import trace_event
from onebox.services import SERVICES, service_named
from onebox.tokens import TokenSource
from onebox.welcome import address_of, say
from shared.identity import Role

__all__ = ["events", "parked"]

MOST_LISTED: Final = 200

events = typer.Typer(help="事件的经过 / The way of events.", no_args_is_help=True)
parked = typer.Typer(help="搁置的事件 / Parked events.", no_args_is_help=True)

EventId = Annotated[UUID, typer.Argument(help="事件编号 / id of the event")]
Json = Annotated[bool, typer.Option("--json", help="输出 JSON / print JSON")]
ServiceName = Annotated[str, typer.Option("--service", help="搁置它的服务 / the service that parked it")]
Why = Annotated[str, typer.Option("--why", help="理由，记入台账 / the reason, kept on account")]
Url = Annotated[
    str | None,
    typer.Option(envvar="GONGZHI_URL", help="平台地址，默认为本机的平台 / address, by default the box here"),
]
Ask = Callable[[Client, str], Awaitable[None]]


def _ask(url: str | None, ask: Ask) -> None:
    """Run a command with a client and the operator's token: `GONGZHI_TOKEN`, else the development one."""

    async def run() -> None:
        settings = BoxSettings.of_running_box()
        given = os.environ.get("GONGZHI_TOKEN")
        token = given or TokenSource.open(settings).for_role(Role.SYSTEM_ADMIN)
        async with Client(url or address_of(settings)) as client:
            await ask(client, f"Bearer {token}")

    asyncio.run(run())


def _print(document: Mapping[str, Any]) -> None:
    say(json.dumps(document, ensure_ascii=False, indent=2))


@events.command("trace")
def trace(event_id: EventId, *, url: Url = None, as_json: Json = False) -> None:
    """查看一个事件在各服务的经过与耗时 / Follow an event from service to service, and how fast it was."""

    async def ask(client: Client, authorization: str) -> None:
        found = await trace_event(client, event_id, authorization=authorization)
        if as_json:
            _print(found.as_json())
        else:
            say("\n".join(found.lines()))

    _ask(url, ask)


@events.command("subject")
def subject(name: str, *, url: Url = None, as_json: Json = False) -> None:
    """核对一个业务对象的事件版本是否缺失 / Say whether a version of a subject is missing."""

    async def ask(client: Client, authorization: str) -> None:
        for service in SERVICES:
            address = f"/api/{service.name}/operations/subjects/{name}"
            found = (await client.send("GET", address, authorization=authorization)).json()
            if not found["last_version"]:
                continue
            if as_json:
                _print(found)
            else:
                missing = found["missing"] or "无 / none"
                say(f"{service.name}: {found['recorded']} / {found['last_version']}，缺 / missing: {missing}")

    _ask(url, ask)


@parked.command("list")
def list_parked(*, state: str = "waiting", url: Url = None, as_json: Json = False) -> None:
    """列出各服务搁置的事件 / List the parked events of every service."""

    async def ask(client: Client, authorization: str) -> None:
        for service in SERVICES:
            for row in await _parked_of(client, service.name, authorization, state=state):
                if as_json:
                    say(json.dumps({"service": service.name, **row}, ensure_ascii=False))
                else:
                    place = f"{row['subject']} v{row['subject_version']}"
                    say(f"{service.name} {row['event_id']} {row['type']} {place}: {row['error']}")

    _ask(url, ask)


async def _parked_of(
    client: Client, service: str, authorization: str, *, state: str
) -> list[Mapping[str, Any]]:
    rows: list[Mapping[str, Any]] = []
    params = {"state": state, "limit": str(MOST_LISTED)}
    while True:
        address = f"/api/{service}/operations/parked"
        page = (await client.send("GET", address, authorization=authorization, params=params)).json()
        rows += page["items"]
        if page["next_cursor"] is None:
            return rows
        params["cursor"] = page["next_cursor"]


@parked.command("show")
def show(event_id: EventId, service: ServiceName, *, url: Url = None) -> None:
    """查看一个搁置的事件 / Show one parked event with its message."""

    async def ask(client: Client, authorization: str) -> None:
        answer = await client.send("GET", _address(service, event_id), authorization=authorization)
        _print(answer.json())

    _ask(url, ask)


@parked.command("replay")
def replay(event_id: EventId, service: ServiceName, why: Why, *, url: Url = None) -> None:
    """按顺序重放该业务对象搁置的事件 / Apply what is parked of the event's subject, in order."""
    _decide(url, f"{_address(service, event_id)}/replay", why)


@parked.command("drop")
def drop(event_id: EventId, service: ServiceName, why: Why, *, url: Url = None) -> None:
    """放弃一个搁置的事件 / Give a parked event up, for a reason."""
    _decide(url, f"{_address(service, event_id)}/drop", why)


def _decide(url: str | None, address: str, why: str) -> None:
    async def ask(client: Client, authorization: str) -> None:
        _print((await client.send("POST", address, authorization=authorization, body={"why": why})).json())

    _ask(url, ask)


def _address(service: str, event_id: UUID) -> str:
    return f"/api/{service_named(service).name}/operations/parked/{event_id}"
