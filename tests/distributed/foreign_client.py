"""What a foreign client, kcat, prints of the topics: nothing of ours has read it."""

import asyncio
import json
import shutil
from dataclasses import dataclass
from typing import Any, Final

import pytest

from onebox.services import SERVICES

__all__ = ["KCAT", "Printed", "printed_of"]

KCAT: Final = pytest.mark.skipif(
    shutil.which("kcat") is None, reason="there is no kcat: apt-get install kcat"
)
KCAT_SECONDS: Final = 60


@dataclass(frozen=True)
class Printed:
    """A message as kcat shows it."""

    key: str
    headers: dict[str, str]
    payload: str


async def printed_of(servers: str) -> list[Printed]:
    """Return every message on the topics of the platform."""
    return [line for service in SERVICES for line in await _kcat(servers, service.topic)]


async def _kcat(servers: str, topic: str) -> list[Printed]:
    process = await asyncio.create_subprocess_exec(
        *("kcat", "-C", "-b", servers, "-t", topic, "-o", "beginning", "-e", "-q", "-J"),
        stdout=asyncio.subprocess.PIPE,
    )
    output, _ = await asyncio.wait_for(process.communicate(), KCAT_SECONDS)
    assert process.returncode == 0
    return [_read(line) for line in output.decode().splitlines()]


def _read(line: str) -> Printed:
    record: dict[str, Any] = json.loads(line)
    headers = record["headers"]
    named = dict(zip(headers[::2], headers[1::2], strict=True))
    return Printed(key=record["key"], headers=named, payload=record["payload"])
