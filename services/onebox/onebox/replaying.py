"""`gongzhi replay`: build a service's read model anew from the journals, beside the old one, and switch."""

import asyncio
import sys
from datetime import UTC, datetime
from typing import Annotated, Final

import typer

from onebox.box import BoxSettings
from onebox.services import SERVICES, service_named
from onebox.welcome import say
from shared.messaging import (
    THE_BEGINNING,
    HorizonStands,
    Progress,
    ReachesOutside,
    Rebuild,
    RebuildUnderWay,
    Rebuilt,
)
from shared.service import Service

__all__ = ["app"]

_TOLD: Final = (HorizonStands, ReachesOutside, RebuildUnderWay)

app = typer.Typer(no_args_is_help=True, add_completion=False)
ServiceName = Annotated[str, typer.Option("--service", help="服务名称 / name of the service")]
Since = Annotated[
    datetime | None,
    typer.Option("--from", help="只取此刻（UTC）及以后的事件，默认从头 / take only facts from then on (UTC)"),
]
CompareOnly = Annotated[bool, typer.Option("--compare", help="只比较，不切换 / compare only, do not switch")]


@app.command("replay")
def replay(*, service: ServiceName, since: Since = None, compare: CompareOnly = False) -> None:
    """由事件日志重建读模型，并原子切换 / Build a read model anew from the journals, and switch."""
    chosen = service_named(service)
    if chosen.read_model is None:
        names = ", ".join(each.name for each in SERVICES if each.read_model is not None)
        message = (
            f"{service} 没有可重建的读模型，可选 / has no read model to rebuild; those that have: {names}"
        )
        raise typer.BadParameter(message)
    try:
        _tell(asyncio.run(_rebuilt(chosen, since, switch=not compare)))
    except _TOLD as fault:
        typer.echo(str(fault), err=True)
        sys.exit(1)


async def _rebuilt(service: Service, since: datetime | None, *, switch: bool) -> Rebuilt:
    assert service.read_model is not None  # noqa: S101 - refused above; narrows the type
    rebuild = Rebuild(
        since=THE_BEGINNING if since is None else since.replace(tzinfo=UTC),
        dsn=BoxSettings.of_running_box().administrator_address,
        schema=service.package,
        model=service.read_model,
        subscriptions=service.subscriptions,
        progress=_show,
    )
    return await rebuild.run(switch=switch)


def _show(progress: Progress) -> None:
    if sys.stderr.isatty():
        typer.echo(
            f"\r{progress.applied} … {progress.source} {progress.done} / {progress.highest}",
            err=True,
            nl=False,
        )


def _tell(rebuilt: Rebuilt) -> None:
    rate = round(rebuilt.applied / rebuilt.seconds) if rebuilt.seconds else 0
    say(
        f"{rebuilt.applied} 个事件，{rebuilt.seconds:.1f} 秒（每秒 {rate} 个），"
        f"消费暂停 {rebuilt.held_seconds:.2f} 秒 / "
        f"{rebuilt.applied} events in {rebuilt.seconds:.1f} s ({rate}/s), consumer held for "
        f"{rebuilt.held_seconds:.2f} s"
    )
    for each in rebuilt.differences:
        if each.old_rows or each.new_rows:
            say(f"  {each.table}: -{each.old_rows} +{each.new_rows}")
    if rebuilt.parked:
        say(f"{rebuilt.parked} 个事件被搁置，待人处理 / events are parked and wait for a person")
    say("已切换 / switched" if rebuilt.switched else "只作比较，未切换 / compared only, nothing was switched")
