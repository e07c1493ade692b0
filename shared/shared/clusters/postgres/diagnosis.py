"""From what a server wrote before it ended to the class that names the cure."""

import re
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.clusters.account import Account
from shared.clusters.errors import ClusterError, DiskFull, FolderForbidden, PortTaken, ServerFailed

__all__ = ["Circumstances", "diagnose", "free_megabytes"]

_FULL: Final = re.compile(r"No space left on device|Disk quota exceeded")
_TAKEN: Final = re.compile(r"Address already in use")
_FORBIDDEN: Final = re.compile(
    r"^.*(?:Permission denied|Read-only file system|invalid permissions).*$", re.MULTILINE
)
_GRAVE: Final = re.compile(r"^.*(?:FATAL|PANIC|ERROR|error):\s*(?P<reason>.+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Circumstances:
    """Where and how the server was to run."""

    server: str
    folder: Path
    log: Path
    account: Account
    port: int


def diagnose(output: str, circumstances: Circumstances) -> ClusterError:
    """Return the fault that explains the server's last words."""
    folder = circumstances.folder
    if _FULL.search(output):
        return DiskFull(folder=folder, free_mb=free_megabytes(folder))
    if _TAKEN.search(output):
        return PortTaken(port=circumstances.port)
    if forbidden := _FORBIDDEN.search(output):
        reason = forbidden[0].strip()
        return FolderForbidden(account=circumstances.account.name, folder=folder, reason=reason)
    grave = _GRAVE.search(output)
    last = output.strip().rpartition("\n")[2] or "no output"
    reason = grave["reason"].strip() if grave else last
    return ServerFailed(server=circumstances.server, reason=reason, log=circumstances.log)


def free_megabytes(folder: Path) -> int:
    """Return the free space on the disk of the folder, in whole MB."""
    return shutil.disk_usage(folder).free // 1_000_000
