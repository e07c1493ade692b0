"""`gongzhi journal verify`, `gongzhi books verify`: walk the hash chains from the first block on."""

import asyncio
import sys
from collections.abc import Collection, Iterable
from typing import Annotated, Final

import typer

from onebox.box import BoxSettings
from onebox.services import SERVICES, service_named
from onebox.welcome import say
from shared.chain import Chain, Verified, Verifier, standing, unsealed
from shared.kernel import Actor, system_clock
from shared.service import Service
from shared.storage import Database, Occasion, Work

__all__ = ["books", "journal", "verify_chain"]

BOOKS: Final = ("books", "funds")
JOURNAL: Final = ("journal",)
# Reading a block of large rows takes longer than an answer may.
STATEMENT_TIMEOUT_MS: Final = 600_000

journal = typer.Typer(help="事件日志 / The journals.", no_args_is_help=True)
books = typer.Typer(help="账簿 / The books.", no_args_is_help=True)
ServiceName = Annotated[
    str | None, typer.Option("--service", help="只核对一个服务，默认全部 / one service alone")
]
Head = Annotated[
    str, typer.Option("--head", help="先前记下的链头哈希（十六进制） / a head hash noted earlier, in hex")
]


@journal.command("verify")
def verify_journal(*, service: ServiceName = None, head: Head = "") -> None:
    """核对事件日志的哈希链；不符时退出码为 1 / Verify the hash chain of the journals; exit 1 when broken."""
    _verify(JOURNAL, service, head)


@books.command("verify")
def verify_books(*, head: Head = "") -> None:
    """核对账簿的哈希链；不符时退出码为 1 / Verify the hash chain of the books; exit 1 when broken."""
    _verify(BOOKS, None, head)


def _verify(names: Collection[str], service: str | None, head: str) -> None:
    chosen = SERVICES if service is None else [service_named(service)]
    if not asyncio.run(_walk_all(names, chosen, head)):
        sys.exit(1)


async def _walk_all(names: Collection[str], services: Iterable[Service], head: str) -> bool:
    address = BoxSettings.of_running_box().administrator_address
    intact = True
    for service in services:
        for chain in service.all_chains:
            if chain.name in names:
                intact = await verify_chain(address, service, chain, head=head) and intact
    return intact


async def verify_chain(address: str, service: Service, chain: Chain, *, head: str = "") -> bool:
    """Walk one chain, show the way, say what was found, and return whether it is intact."""
    database = Database(
        dsn=address, schema=service.package, pool_max=1, statement_timeout_ms=STATEMENT_TIMEOUT_MS
    )
    await database.open()
    try:
        occasion = Occasion(actor=Actor.system("verify"), now=system_clock())
        async with database.read(occasion) as work:
            return await _walk(work, service, chain, head)
    finally:
        await database.close()


async def _walk(work: Work, service: Service, chain: Chain, head: str) -> bool:
    state = await standing(work, chain)
    verifier = Verifier(work=work, chain=chain, known_head=head)
    async for seen in verifier.walk(blocks=state.blocks):
        _show(seen, state.blocks)
    seen = verifier.seen
    open_rows = await unsealed(work, chain, after=seen.upto)
    title = f"{service.name} {chain.name}"
    say(
        f"{title}: {seen.blocks} 个封块共 {seen.rows} 条已封存，{open_rows} 条尚未封存 / "
        f"{seen.rows} rows in {seen.blocks} blocks sealed, {open_rows} rows not yet sealed"
    )
    for finding in seen.findings:
        say(f"✗ {finding.sentence('zh')}\n  {finding.sentence('en')}")
    if seen.intact:
        say(f"✓ {title}: {seen.head.hex() or '-'}")
    return seen.intact


def _show(seen: Verified, blocks: int) -> None:
    if sys.stderr.isatty():
        typer.echo(f"\r{seen.blocks} / {blocks} …", err=True, nl=seen.blocks == blocks)
