"""`gongzhi readers`: logins for reporting and for departments that read the database itself."""

import asyncio
import secrets
from datetime import datetime
from typing import Annotated, Final

import typer

from onebox.deployment import AdministratorSettings
from onebox.welcome import say
from shared.settings import load
from shared.storage import Reader, add_reader, administrator, list_readers, remove_reader

__all__ = ["app"]

PASSWORD_BYTES: Final = 24
_NO_SERVER: Final = (
    "请用 GONGZHI_DATABASE_ADMIN_URL 写明数据库管理员地址 / name the administrator's address of the server"
)

app = typer.Typer(
    help="只读账号：报表与部门直读数据库 / Logins that read the database itself.", no_args_is_help=True
)
Login = Annotated[str, typer.Argument(help="账号名 / name of the login")]


@app.command("add")
def add(
    login: Login,
    territory: Annotated[str, typer.Option(help="行政区划代码 / territory it reads")],
    purpose: Annotated[str, typer.Option(help="用途 / what for")],
    until: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="最后一天 / its last day")],
) -> None:
    """开通或变更只读账号，显示一次性口令 / Make or change a reading login; its password is shown once."""
    reader = Reader(login=login, territory=territory, purpose=purpose, until=until.date())
    asyncio.run(_add(reader, password=secrets.token_urlsafe(PASSWORD_BYTES)))


async def _add(reader: Reader, *, password: str) -> None:
    async with administrator(_address()) as connection:
        await add_reader(connection, reader, password=password)
    say(f"{reader.login}  {password}")
    say(f"可读区划 / reads {reader.territory}，至 / until {reader.until}；口令只显示这一次 / shown once")


@app.command("list")
def show() -> None:
    """列出只读账号 / List the reading logins."""
    asyncio.run(_show())


async def _show() -> None:
    async with administrator(_address()) as connection:
        readers = await list_readers(connection)
    for reader in readers:
        say(f"{reader.login}  {reader.territory}  {reader.until}  {reader.purpose}")
    if not readers:
        say("没有只读账号 / there are none")


@app.command("remove")
def remove(login: Login) -> None:
    """注销只读账号 / Take a reading login away."""
    asyncio.run(_remove(login))


async def _remove(login: str) -> None:
    async with administrator(_address()) as connection:
        await remove_reader(connection, login=login)
    say(f"已注销 / removed: {login}")


def _address() -> str:
    """Return the administrator's address of the server."""
    address = load(AdministratorSettings).admin_url
    if address is None:
        raise typer.BadParameter(_NO_SERVER)
    return address.get_secret_value()
