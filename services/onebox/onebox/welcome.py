"""What the one box tells whoever started it: where to look, whom to act as, what to try."""

import os
import sys
from importlib.resources import files
from pathlib import Path
from typing import Final

import typer

from onebox.box import BoxSettings
from onebox.demo_people import DEMO_PEOPLE
from onebox.signing_in import client_secret
from onebox.tokens import TokenSource

__all__ = ["address_of", "demo_file", "say", "welcome"]

_TRY: Final = """
试一试 / try:
  1. 走完一个完整的故事 / walk through one whole story:
     {gongzhi} story
  2. 以街道专干身份查看小区 / list estates as the town's officer:
     curl -s -H "Authorization: Bearer $({gongzhi} token --role R09 --territory 610703001)" \\
       "{url}/api/estate-registry/estates?limit=3"
  3. 导入一份小区清单并取回修复报告 / import a list of estates and fetch its repair report:
     {gongzhi} import estates {demo} --report report.csv --territory 610703
"""


def say(text: str) -> None:
    """Print a line for a person."""
    typer.echo(text)


def _command() -> str:
    """Return how this program was called, as somebody in this folder would type it again."""
    return os.path.relpath(sys.argv[0]) if Path(sys.argv[0]).is_absolute() else sys.argv[0]


def demo_file() -> Path:
    """Return the demo district's list of estates."""
    return Path(str(files("estate_registry"))) / "data" / "demo-estates.csv"


def address_of(settings: BoxSettings) -> str:
    """Return the address the platform answers at."""
    return f"http://{settings.server.host}:{settings.server.port}"


def welcome(settings: BoxSettings) -> None:
    """Print the addresses, a token for each demo role, and three commands to try."""
    url = address_of(settings)
    say(f"\n共治已启动 / Gongzhi is running: {url}")
    say(f"  接口文档 / API documentation: {url}/api/docs")
    say(f"  运维页面 / operators' page:   {url}/api/operations")
    say(f"  运行状态 / health:            {url}/health/ready")
    say(f"  数据目录 / data:              {settings.data}")
    say(f"  OpenID Connect:               {settings.identity.issuer}")
    say(f"    client_credentials: client_id = {DEMO_PEOPLE[0].person} …, client_secret =")
    say(f"    {client_secret(TokenSource.open(settings).issuer.key)}")
    say("\n演示角色的令牌（12 小时有效） / tokens of the demo roles:")
    tokens = TokenSource.open(settings)
    for person in DEMO_PEOPLE:
        say(f"  {person.role.value:<5}{person.role.facts.zh}（{person.territory}）")
        say(f"       {tokens.token(person)}")
    say(_TRY.format(gongzhi=_command(), url=url, demo=os.path.relpath(demo_file())))
    say("按 Ctrl-C 停止 / Ctrl-C stops it.")
