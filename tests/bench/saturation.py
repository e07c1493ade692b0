"""As many answers as a server gives: wrk, in C, so that the load takes little of the machine."""

import asyncio
import json
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

CONNECTIONS = 16
SECONDS = 4
WARM_UP_SECONDS = 1


class WrkMissing(Exception):  # noqa: N818 - named as the fact it states
    """Raised where wrk is not installed."""

    def __init__(self) -> None:
        super().__init__("没有 wrk，请安装 / wrk is missing; install it: apt-get install wrk")


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request, sent again and again, with one body or several in turn."""

    method: str
    path: str
    token: str
    body: str = ""
    # Sent in turn, in place of `body`.
    bodies: tuple[str, ...] = ()

    def script(self) -> str:
        """Return it in Lua, as wrk wants it."""
        return self._constant() + (self._in_turn() if self.bodies else "")

    def _in_turn(self) -> str:
        bodies = ", ".join(json.dumps(body, ensure_ascii=False) for body in self.bodies)
        return (
            f"local bodies, turn = {{{bodies}}}, 0\n"
            "request = function()\n  turn = turn % #bodies + 1\n"
            "  return wrk.format(nil, nil, nil, bodies[turn])\nend\n"
        )

    def _constant(self) -> str:
        return (
            f"wrk.method = {json.dumps(self.method)}\n"
            f"wrk.body = {json.dumps(self.body)}\n"
            f'wrk.headers["Authorization"] = {json.dumps("Bearer " + self.token)}\n'
            'wrk.headers["Content-Type"] = "application/json"\n'
        )


async def answers_per_second(port: int, request: Request) -> float:
    """Return how many good answers a second the server gives to 16 callers; any other answer is an error."""
    with TemporaryDirectory() as folder:
        script = Path(folder) / "request.lua"
        script.write_text(request.script())
        await _wrk(port, request, script, seconds=WARM_UP_SECONDS)
        return await _wrk(port, request, script, seconds=SECONDS)


async def _wrk(port: int, request: Request, script: Path, *, seconds: int) -> float:
    said = await _run(
        [
            *("wrk", "--threads", "1", "--connections", str(CONNECTIONS), "--duration", f"{seconds}s"),
            *("--script", str(script), f"http://127.0.0.1:{port}{request.path}"),
        ]
    )
    if "Non-2xx" in said or "Socket errors" in said:
        message = f"Not every answer to {request.method} {request.path} was good:\n{said}"
        raise RuntimeError(message)
    found = re.search(r"Requests/sec:\s+([0-9.]+)", said)
    assert found, said
    return float(found[1])


async def _run(command: Sequence[str]) -> str:
    if shutil.which(command[0]) is None:
        raise WrkMissing
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return said.decode()
