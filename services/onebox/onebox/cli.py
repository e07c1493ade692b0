"""`gongzhi`: the one command of the platform."""

import asyncio
import json
import os
import sys
from collections.abc import Coroutine, Mapping
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from onebox import deploying, one_service, operating, reading, replaying, seed_command, verifying
from onebox.box import BoxSettings
from onebox.client import Client, PlatformRefused, PlatformUnreachable
from onebox.doctor import Finding, examine
from onebox.importing import Import, import_estates
from onebox.kafka import change_topics, create_topics, run_kafka
from onebox.serving import migrate_only, openapi_document, up
from onebox.story import StoryFailed, tell
from onebox.tokens import TokenSource
from onebox.welcome import address_of, say
from shared.clusters import ClusterError
from shared.identity import IssuerForDevelopmentOnly, KeySetRefused, Role
from shared.settings import BusSettings, SettingsRefused, load

__all__ = ["main"]

app = typer.Typer(
    help="共治 Gongzhi：老旧小区物业服务治理平台 / the platform for old residential estates.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
importing = typer.Typer(help="导入数据 / Bring data into a running platform.", no_args_is_help=True)
TOPICS: Final = Path("deploy/kafka/topics.toml")
TopicsFile = Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="主题声明 / declared topics")]

topics = typer.Typer(help="Kafka 主题 / Topics of the bus.", no_args_is_help=True)
app.add_typer(one_service.app)
app.add_typer(deploying.app)
app.add_typer(replaying.app)
app.add_typer(seed_command.app)
app.add_typer(verifying.journal, name="journal")
app.add_typer(verifying.books, name="books")
app.add_typer(importing, name="import")
app.add_typer(topics, name="topics")
app.add_typer(operating.events, name="events")
app.add_typer(operating.parked, name="parked")
app.add_typer(reading.app, name="readers")

INTERRUPTED: Final = 130
Json = Annotated[bool, typer.Option("--json", help="最后输出一行 JSON / end with one line of JSON")]
Url = Annotated[
    str | None,
    typer.Option(envvar="GONGZHI_URL", help="平台地址，默认为本机的平台 / address, by default the box here"),
]
# What is told to a person in a sentence, and never as a traceback.
_TOLD: Final = (
    ClusterError,
    operating.EventUnknown,
    IssuerForDevelopmentOnly,
    KeySetRefused,
    PlatformRefused,
    PlatformUnreachable,
    SettingsRefused,
    StoryFailed,
)


def main() -> None:
    """Run the command line; an expected fault is one or two readable lines and exit code 1."""
    try:
        app()
    except _TOLD as fault:
        typer.echo(_sentence(fault), err=True)
        sys.exit(1)


def _sentence(fault: Exception) -> str:
    if isinstance(fault, ClusterError):
        return f"{fault.sentence('zh')}\n{fault.sentence('en')}"
    return str(fault)


def _run(coroutine: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(coroutine)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
    except ExceptionGroup as several:
        told, others = several.split(_TOLD)
        if others is not None or told is None:
            raise
        raise _first(told) from None


def _first(group: BaseExceptionGroup[Exception]) -> Exception:
    first = group.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first


def _end(result: Mapping[str, Any], *, as_json: bool) -> None:
    if as_json:
        say(json.dumps(result, ensure_ascii=False))


@app.command("up")
def start() -> None:
    """在本机单进程启动整个平台 / Start the whole platform in one process."""
    _run(up())


@app.command()
def migrate() -> None:
    """升级全部服务的数据库结构 / Bring the schemas of all services up to date."""
    _run(migrate_only())


@app.command()
def doctor(*, as_json: Json = False) -> None:
    """检查各项依赖并给出处理办法 / Test every dependency and name the cure."""
    findings = asyncio.run(examine(BoxSettings.of_running_box()))
    for finding in findings:
        say(f"{_mark(finding)} {finding.name}: {finding.says}")
    well = all(finding.good or not finding.needed for finding in findings)
    _end(
        {"well": well, "findings": [{"name": each.name, "good": each.good} for each in findings]},
        as_json=as_json,
    )
    if not well:
        sys.exit(1)


def _mark(finding: Finding) -> str:
    if finding.good:
        return "✓"
    return "✗" if finding.needed else "-"


@app.command()
def token(role: Annotated[Role, typer.Option()], territory: str | None = None) -> None:
    """生成开发用令牌 / Print a token for a role (development only)."""
    say(TokenSource.open(BoxSettings.of_running_box()).for_role(role, territory=territory))


@app.command()
def openapi() -> None:
    """输出合并后的接口文档 / Print the merged OpenAPI document."""
    say(json.dumps(openapi_document(), ensure_ascii=False, indent=2))


@app.command()
def story(url: Url = None, *, as_json: Json = False) -> None:
    """在运行中的平台上走完一个完整的故事 / Walk through one whole story on a running platform."""
    _run(_story(url, as_json=as_json))


async def _story(url: str | None, *, as_json: bool) -> None:
    tokens = TokenSource.open(BoxSettings.of_running_box())
    async with Client(url or address_of(BoxSettings.of_running_box())) as client:
        _end(await tell(client, tokens=tokens, say=say), as_json=as_json)


@importing.command("estates")
def estates(
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False)],
    *,
    report: Annotated[Path | None, typer.Option(help="修复报告 csv 或 xlsx / repair report")] = None,
    territory: Annotated[str, typer.Option(help="所属行政区划 / territory of the rows")] = "610703001",
    source: Annotated[str | None, typer.Option(help="来源名称 / name of the source")] = None,
    url: Url = None,
    as_json: Json = False,
) -> None:
    """导入小区清单（csv、psv、xlsx） / Import a list of estates."""
    what = Import.of_file(file, territory=territory, source=source)
    _run(_estates(what, report=report, url=url, as_json=as_json))


async def _estates(what: Import, *, report: Path | None, url: str | None, as_json: bool) -> None:
    async with Client(url or address_of(BoxSettings.of_running_box())) as client:
        result = await import_estates(
            client, what, authorization=_authorization(), report=report, progress=_show_progress
        )
    say(result.sentence)
    if report is not None:
        say(f"修复报告 / repair report: {report}")
    _end(result.job, as_json=as_json)


def _show_progress(job: Mapping[str, Any]) -> None:
    if sys.stderr.isatty():
        done = job["taken"] + job["repaired"] + job["refused"] + job["unchanged"]
        typer.echo(f"\r{done} / {job['rows'] or '?'} …", err=True, nl=False)


def _authorization() -> str:
    given = os.environ.get("GONGZHI_TOKEN")
    if given is None:
        given = TokenSource.open(BoxSettings.of_running_box()).for_role(Role.AUTHORITY_OFFICER)
    return f"Bearer {given}"


@app.command()
def kafka(
    brokers: Annotated[int, typer.Option(min=1, max=3, help="1 或 3 / 1 or 3")] = 1,
    file: TopicsFile = TOPICS,
) -> None:
    """在本机启动 Apache Kafka，按 Ctrl-C 停止 / Start an Apache Kafka here until Ctrl-C."""
    _run(run_kafka(brokers=brokers, topics=file))


@topics.command("apply")
def topics_apply(
    file: TopicsFile = TOPICS,
    *,
    alter: Annotated[
        bool, typer.Option(help="按声明修改保留与清理设置 / change retention and clean-up")
    ] = False,
    raise_partitions: Annotated[
        bool,
        typer.Option(help="增加分区：仅在消息进程停止且无积压时 / only while nothing is unread or written"),
    ] = False,
) -> None:
    """按声明文件建立主题 / Create the declared topics; report those that differ, or change them."""
    servers = ",".join(load(BusSettings).kafka_servers)
    if alter or raise_partitions:
        _run(change_topics(bootstrap=servers, file=file, raise_partitions=raise_partitions))
    else:
        _run(create_topics(bootstrap=servers, file=file))
