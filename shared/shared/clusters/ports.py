"""Ports of this machine: whether one is taken, and how to get free ones."""

import socket
from contextlib import ExitStack

__all__ = ["free_ports", "port_is_taken"]


def port_is_taken(port: int, *, host: str = "127.0.0.1") -> bool:
    """Say whether another program listens on the port."""
    with socket.socket() as door:
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind((host, port))
        except OSError:
            return True
        return False


def free_ports(count: int = 1, *, host: str = "127.0.0.1") -> list[int]:
    """Return different free ports; another program may still be quicker, so a server's own refusal counts."""
    with ExitStack() as doors:
        opened = [doors.enter_context(socket.socket()) for _ in range(count)]
        for door in opened:
            door.bind((host, 0))
        return [int(door.getsockname()[1]) for door in opened]
