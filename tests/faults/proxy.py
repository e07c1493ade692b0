"""A door between clients and a server: a TCP proxy that delays, resets, is silent, leaves half open."""

import asyncio
import os
import socket
import struct
from collections import deque
from dataclasses import dataclass, field
from typing import Final, cast

HOST: Final = "127.0.0.1"
# What one end may have sent that the other has not been given: beyond it, nothing more is read.
MOST_HELD_BYTES: Final = 1024 * 1024
# Closing with this option sends a reset instead of an orderly end.
_AT_ONCE: Final = struct.pack("ii", 1, 0)


class Side(asyncio.Protocol):
    """One end of a connection; what it hears, its peer says, when the door lets it."""

    def __init__(self, door: "Door") -> None:
        self.door = door
        self.peer: Side | None = None
        self.transport: asyncio.Transport | None = None
        self.abandoned = False
        self._heard: deque[tuple[float, bytes]] = deque()
        self._held_bytes = 0
        self._timer: asyncio.TimerHandle | None = None
        self._ended = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast("asyncio.Transport", transport)
        self.door.sides.add(self)

    def data_received(self, data: bytes) -> None:
        """Hand on at once where nothing hinders; else keep it in order."""
        if not self._heard and self.door.clear and self._tell_peer(data):
            return
        self._heard.append((asyncio.get_running_loop().time() + self.door.delay_seconds, data))
        self._held_bytes += len(data)
        if self._held_bytes > MOST_HELD_BYTES and self.transport is not None:
            self.transport.pause_reading()
        self.hand_on()

    def hand_on(self) -> None:
        """Say to the peer what is due; come again when more will be."""
        if self.abandoned:
            self._forget()
            return
        if self.door.silent or self.peer is None or self.peer.transport is None:
            return
        now = asyncio.get_running_loop().time()
        while self._heard and self._heard[0][0] <= now:
            _, data = self._heard.popleft()
            self._held_bytes -= len(data)
            self._tell_peer(data)
        self._go_on(now)

    def eof_received(self) -> bool:
        return False

    def connection_lost(self, _error: Exception | None) -> None:
        """End the peer too, after what it must still be told; a half-open end stays."""
        self._ended = True
        if not self._heard or self.abandoned:
            self._end_peer()

    def pause_writing(self) -> None:
        if self.peer is not None and self.peer.transport is not None:
            self.peer.transport.pause_reading()

    def resume_writing(self) -> None:
        if self.peer is not None and self.peer.transport is not None and not self.peer.transport.is_closing():
            self.peer.transport.resume_reading()

    def reset(self) -> None:
        """Break the connection as a machine does that knows nothing of it."""
        if self.transport is None or self._ended:
            return
        number = self.transport.get_extra_info("socket").fileno()
        if number >= 0:
            # A loop's own view of its socket may not be able to set this.
            with socket.socket(fileno=os.dup(number)) as same:
                same.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _AT_ONCE)
        self.transport.abort()

    def _tell_peer(self, data: bytes) -> bool:
        """Say something to the peer, which may no longer hear it; False while there is none."""
        if self.peer is None or self.peer.transport is None:
            return False
        if not self.peer.transport.is_closing():
            self.peer.transport.write(data)
        return True

    def _go_on(self, now: float) -> None:
        if self._heard:
            if self._timer is not None:
                self._timer.cancel()
            self._timer = asyncio.get_running_loop().call_later(self._heard[0][0] - now, self.hand_on)
        elif self._ended:
            self._end_peer()
        elif self.transport is not None and not self.transport.is_closing():
            self.transport.resume_reading()

    def _forget(self) -> None:
        self._heard.clear()
        self._held_bytes = 0

    def _end_peer(self) -> None:
        self.door.sides.discard(self)
        peer = self.peer
        if peer is not None and peer.transport is not None and not peer.abandoned:
            peer.transport.close()


@dataclass(eq=False)
class Door:
    """A port of ours that leads to a server's port, which may change while it is open."""

    name: str
    target: int = 0
    delay_seconds: float = 0.0
    silent: bool = False
    sides: set[Side] = field(default_factory=set)
    _server: asyncio.Server | None = None
    _joining: set[asyncio.Task[None]] = field(default_factory=set)

    @property
    def port(self) -> int:
        """Return the port that clients are told."""
        assert self._server is not None
        return int(self._server.sockets[0].getsockname()[1])

    @property
    def clear(self) -> bool:
        """Say whether nothing hinders."""
        return not self.silent and not self.delay_seconds

    async def open(self) -> None:
        """Listen on a free port."""
        self._server = await asyncio.get_running_loop().create_server(self._enter, HOST, 0)

    async def close(self) -> None:
        """Let nobody in any more, and break what is open."""
        if self._server is not None:
            self._server.close()
        for task in self._joining:
            task.cancel()
        self.reset()
        await asyncio.sleep(0)

    def reset(self) -> None:
        """Break every connection."""
        for side in list(self.sides):
            side.reset()

    def hinder(self, *, delay_seconds: float = 0.0, silent: bool = False) -> None:
        """Delay what passes, or let nothing pass; without arguments: let everything pass again."""
        self.delay_seconds, self.silent = delay_seconds, silent
        for side in list(self.sides):
            side.hand_on()

    def leave_half_open(self) -> list[Side]:
        """Break the server's ends only; return the clients' ends, which hear nothing of it."""
        left: list[Side] = [side for side in self.sides if isinstance(side, Client)]
        for side in left:
            side.abandoned = True
            if side.peer is not None:
                side.peer.reset()
        return left

    def _enter(self) -> Side:
        side = Client(self)
        task = asyncio.get_running_loop().create_task(self._join(side))
        self._joining.add(task)
        task.add_done_callback(self._joining.discard)
        return side

    async def _join(self, side: Side) -> None:
        """Connect a client to the server; one that cannot be reached refuses, as it would without us."""
        server = Side(self)
        server.peer = side
        try:
            await asyncio.get_running_loop().create_connection(lambda: server, HOST, self.target)
        except OSError:
            side.reset()
            return
        side.peer = server
        if side.transport is None or side.transport.is_closing():
            server.reset()
        side.hand_on()


class Client(Side):
    """The end that came to us."""
