"""The address of a server that another process runs on one of our folders."""

from pathlib import Path
from typing import Final
from urllib.parse import quote

from shared.clusters.account import server_account
from shared.clusters.errors import NoServerHere
from shared.clusters.postgres.creation import SUPERUSER
from shared.clusters.postgres.folders import Folders
from shared.clusters.postgres.server import HOST

__all__ = ["address_of_running"]

# The fourth line of postmaster.pid is the port (PostgreSQL, src/include/utils/pidfile.h).
_PORT_LINE: Final = 3


def address_of_running(*, folder: Path, database: str = "postgres") -> str:
    """Return the superuser's address of the server that runs on a folder; raise NoServerHere."""
    folders = Folders(folder, server_account())
    try:
        port = int((folders.data / "postmaster.pid").read_text().splitlines()[_PORT_LINE])
    except (OSError, IndexError, ValueError):
        raise NoServerHere(folder=folders.top) from None
    return f"postgresql://{SUPERUSER}:{quote(folders.password(), safe='')}@{HOST}:{port}/{database}"
