"""The door itself: what passes, how late, and what either end hears of a break."""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.faults.proxy import HOST, Client, Door

Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.close()


@asynccontextmanager
async def door_to_echo() -> AsyncIterator[Door]:
    server = await asyncio.start_server(echo, HOST, 0)
    door = Door("echo", target=server.sockets[0].getsockname()[1])
    await door.open()
    try:
        yield door
    finally:
        await door.close()
        server.close()
        await asyncio.sleep(0.01)


@asynccontextmanager
async def connected(door: Door) -> AsyncIterator[Streams]:
    streams = await asyncio.open_connection(HOST, door.port)
    yield streams
    streams[1].close()
    with contextlib.suppress(ConnectionError):
        await streams[1].wait_closed()


async def said_and_heard(streams: Streams, data: bytes) -> bytes:
    reader, writer = streams
    writer.write(data)
    return await asyncio.wait_for(reader.readexactly(len(data)), 5)


async def test_what_one_end_says_the_other_hears_whole_and_in_order() -> None:
    data = bytes(range(256)) * 40_000
    async with door_to_echo() as door, connected(door) as streams:
        assert await said_and_heard(streams, data) == data


async def test_a_delayed_door_hands_on_late_but_in_order() -> None:
    async with door_to_echo() as door, connected(door) as streams:
        door.hinder(delay_seconds=0.1)
        begun = time.monotonic()

        first = await said_and_heard(streams, b"first")
        streams[1].write(b"second")
        door.hinder()
        third = await said_and_heard(streams, b"-third")

        assert time.monotonic() - begun >= 0.2
        assert first + third + await streams[0].readexactly(6) == b"firstsecond-third"


async def test_a_reset_is_heard_at_both_ends_and_a_new_connection_works() -> None:
    async with door_to_echo() as door, connected(door) as (reader, writer):
        await said_and_heard((reader, writer), b"hello")

        door.reset()

        with pytest.raises(ConnectionResetError):
            await reader.read(1)
        async with connected(door) as again:
            assert await said_and_heard(again, b"again") == b"again"


async def test_a_silent_door_lets_nothing_pass_until_it_opens_and_then_everything() -> None:
    async with door_to_echo() as door, connected(door) as (reader, writer):
        await said_and_heard((reader, writer), b"hello")
        door.hinder(silent=True)
        writer.write(b"kept")

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(4), 0.2)
        door.hinder()

        assert await asyncio.wait_for(reader.readexactly(4), 5) == b"kept"


async def test_an_end_that_comes_while_the_door_is_silent_is_told_when_it_opens() -> None:
    async with door_to_echo() as door, connected(door) as (reader, writer):
        await said_and_heard((reader, writer), b"hello")
        door.hinder(silent=True)
        server = next(side for side in door.sides if not isinstance(side, Client))
        server.data_received(b"last words")
        server.reset()
        await asyncio.sleep(0.1)

        door.hinder()

        assert await asyncio.wait_for(reader.read(), 5) == b"last words"


async def test_a_half_open_end_hears_nothing_while_the_server_is_told_of_the_break() -> None:
    async with door_to_echo() as door, connected(door) as (reader, writer):
        await said_and_heard((reader, writer), b"hello")

        left = door.leave_half_open()
        writer.write(b"lost")

        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(4), 0.2)
        assert len(door.sides) == 1
        for side in left:
            side.reset()
        with pytest.raises(ConnectionResetError):
            await reader.read(1)


async def test_a_server_that_is_away_is_refused_to_the_client() -> None:
    door = Door("nowhere", target=1)
    await door.open()
    async with connected(door) as (reader, _writer):
        with pytest.raises(ConnectionResetError):
            await asyncio.wait_for(reader.read(1), 5)
    await door.close()
