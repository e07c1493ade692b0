"""`gongzhi seed`: a plausible province of any size, in development."""

import asyncio
import time
from datetime import date
from typing import Annotated

import typer

from onebox.box import Box, BoxSettings, Cluster
from onebox.deployment import AdministratorSettings
from onebox.seeding import Province, refuse_outside_development, seed_province
from onebox.welcome import say
from shared.kernel import local_date, system_clock
from shared.settings import LoginSettings, load

__all__ = ["app"]

app = typer.Typer(no_args_is_help=True, add_completion=False)
Count = Annotated[int, typer.Option(min=1)]


@app.command()
def seed(
    estates: Count = 2_200,
    households: Count = 40_000,
    cases: Annotated[int, typer.Option(min=0)] = 100_000,
    years: Annotated[int, typer.Option(min=1, max=30)] = 10,
    dice: Annotated[int, typer.Option(help="同一数值得到同样的数据 / equal dice, equal data")] = 1,
) -> None:
    """写入示例省份数据，仅限开发环境的空数据库 / Load a made-up province (development, empty database)."""
    province = Province(
        estates=estates, households=households, cases=cases, years=years, today=_today(), dice=dice
    )
    asyncio.run(_seed(BoxSettings.from_environment(), province))


def _today() -> date:
    return local_date(system_clock())


async def _seed(settings: BoxSettings, province: Province) -> None:
    refuse_outside_development(settings.platform.environment)
    started = time.monotonic()
    admin_url = load(AdministratorSettings).admin_url
    if admin_url is not None:
        cluster = Cluster(admin_dsn=admin_url.get_secret_value(), logins=load(LoginSettings))
        await cluster.prepare()
        await seed_province(cluster.admin_dsn, province=province, say=say)
    else:
        async with Box.prepared(settings) as cluster:
            await seed_province(cluster.admin_dsn, province=province, say=say)
    say(f"完成 / done: {time.monotonic() - started:.0f} s")
