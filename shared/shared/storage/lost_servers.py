"""A server that vanished without a word: nobody waits for it longer than these limits.

Two things may be silent. The machine: then the kernel ends the connection, for nothing is acknowledged.
Something between that goes on acknowledging: then a command is given up once the server, had it been there,
would have ended it itself.
"""

import asyncio
import os
import socket
from typing import TYPE_CHECKING, Final

import asyncpg

if TYPE_CHECKING:
    from asyncpg.pool import PoolConnectionProxy
    from asyncpg.transaction import Transaction

__all__ = ["TAKE_BACK_SECONDS", "command_seconds", "is_gone", "roll_back", "watch_machine"]

# What is under way between a server that gives a statement up and us who hear of it.
MARGIN_SECONDS: Final = 2.0
# To roll back or to cancel takes no time where somebody hears of it.
TAKE_BACK_SECONDS: Final = 3.0
UNACKNOWLEDGED_MS: Final = 10_000
IDLE_SECONDS: Final = 5
AGAIN_SECONDS: Final = 2
TRIES: Final = 3
_OPTIONS: Final = (
    (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1),
    (socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, IDLE_SECONDS),
    (socket.IPPROTO_TCP, socket.TCP_KEEPINTVL, AGAIN_SECONDS),
    (socket.IPPROTO_TCP, socket.TCP_KEEPCNT, TRIES),
    (socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, UNACKNOWLEDGED_MS),
)


def command_seconds(statement_timeout_ms: int) -> float:
    """Return how long to wait for a command that the server itself gives up after `statement_timeout_ms`."""
    return statement_timeout_ms / 1000 + MARGIN_SECONDS


def watch_machine(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    """Have the kernel end a connection whose other machine falls silent; asyncpg has no option for it."""
    own = connection._transport.get_extra_info("socket")  # type: ignore[attr-defined] # noqa: SLF001
    # A loop's own view of its socket may not be able to set options.
    with socket.socket(fileno=os.dup(own.fileno())) as same:
        if same.family in {socket.AF_INET, socket.AF_INET6}:
            for level, option, value in _OPTIONS:
                same.setsockopt(level, option, value)


async def roll_back(transaction: "Transaction", connection: "PoolConnectionProxy[asyncpg.Record]") -> None:
    """Roll back; a connection that is closed, or on which nobody answers and which is cut, has done so."""
    if is_gone(connection):
        return
    try:
        async with asyncio.timeout(TAKE_BACK_SECONDS):
            await transaction.rollback()
    except TimeoutError:
        if not is_gone(connection):
            connection.terminate()


def is_gone(connection: "PoolConnectionProxy[asyncpg.Record]") -> bool:
    """Say whether a lent connection has ended; the pool takes such a one back by itself, unasked."""
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:
        return True
