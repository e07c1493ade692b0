"""Make a data folder: UTF-8, sorted by bytes, scram over TCP, trust on the owner's socket alone."""

import os
import signal
from collections.abc import Mapping
from typing import Final

from shared.clusters.child import Child, Program
from shared.clusters.errors import ServerSlow
from shared.clusters.postgres.binaries import Binaries
from shared.clusters.postgres.diagnosis import Circumstances, diagnose
from shared.clusters.postgres.folders import Folders, write_secret

__all__ = ["SUPERUSER", "create_data", "environment"]

SUPERUSER: Final = "postgres"
_SECONDS: Final = 120


def environment() -> Mapping[str, str]:
    """Return ours without PostgreSQL's variables, in the language the diagnosis reads."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(("PG", "LC_"))}
    return {**inherited, "LC_ALL": "C", "LANG": "C"}


async def create_data(folders: Folders, binaries: Binaries, *, password: str, durable: bool) -> None:
    """Run initdb beside the final place and rename its result, so that a kill leaves no half-made data.

    Raises the ClusterError that names the cure.
    """
    secret = folders.top / "initdb-password"
    with folders.faults():
        folders.new_data.mkdir(mode=0o700)
        folders.account.give(folders.new_data)
        write_secret(secret, password)
        folders.account.give(secret)
    try:
        options = [f"--pwfile={secret}", *([] if durable else ["--no-sync"])]
        await _run_initdb(folders, [str(binaries.initdb), *_options(folders), *options])
    finally:
        secret.unlink(missing_ok=True)
    with folders.faults():
        folders.new_data.rename(folders.data)


def _options(folders: Folders) -> list[str]:
    """Return what every data folder of ours is made with."""
    return [
        f"--pgdata={folders.new_data}",
        f"--username={SUPERUSER}",
        "--encoding=UTF8",
        "--locale=C",
        "--auth-local=trust",
        "--auth-host=scram-sha-256",
        "--no-instructions",
    ]


async def _run_initdb(folders: Folders, command: list[str]) -> None:
    """Run it as the server's account; its output goes to the log."""
    before = folders.log.stat().st_size
    program = Program(
        command=command,
        folder=folders.new_data,
        log=folders.log,
        account=folders.account,
        environment=environment(),
        death_signal=signal.SIGTERM,
    )
    child = await Child.launch(program)
    try:
        code = await child.wait(timeout_seconds=_SECONDS)
    except TimeoutError:
        raise ServerSlow(server="initdb", seconds=_SECONDS, log=folders.log) from None
    finally:
        await child.end({})
    if code != 0:
        circumstances = Circumstances(
            server="initdb", folder=folders.top, log=folders.log, account=folders.account, port=0
        )
        raise diagnose(log_since(folders, before), circumstances)


def log_since(folders: Folders, position: int) -> str:
    """Return what the log has gained since it was so many bytes long."""
    with folders.log.open("rb") as log:
        log.seek(position)
        return log.read().decode(errors="replace")
