"""Where the one box keeps its files."""

import hashlib
import tempfile
from pathlib import Path
from typing import Final

from shared.clusters import reachable_by_all

__all__ = ["data_folder", "last_port", "remember_port"]

# Used by root when the folder asked for lies where the server's own account cannot go.
_COMMON_FOLDER: Final = Path("/var/lib/gongzhi")
_PORT: Final = "port"


def data_folder(wanted: Path) -> Path:
    """Return the folder to use: the one asked for, or another where PostgreSQL cannot reach that one.

    PostgreSQL refuses to run as root and runs as `nobody` then, who cannot enter root's home. The other
    folder is named after the one asked for, so that a second start finds its data again.
    """
    folder = wanted.absolute()
    parent = next(parent for parent in (folder, *folder.parents) if parent.is_dir())
    if reachable_by_all(parent):
        return folder
    name = hashlib.sha256(str(folder).encode()).hexdigest()[:12]
    common = _COMMON_FOLDER if _can_make(_COMMON_FOLDER) else Path(tempfile.gettempdir()) / "gongzhi"
    return common / name


def remember_port(data: Path, port: int) -> None:
    """Note where the box answers, for the client commands."""
    (data / _PORT).write_text(f"{port}\n")


def last_port(data: Path) -> int | None:
    """Return where the box last answered, or None where none ever ran."""
    try:
        return int((data / _PORT).read_text())
    except (OSError, ValueError):
        return None


def _can_make(folder: Path) -> bool:
    try:
        folder.mkdir(mode=0o755, parents=True, exist_ok=True)
    except OSError:
        return False
    return True
