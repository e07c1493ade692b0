"""Folders for servers whose data nobody needs afterwards: in shared memory where there is room."""

import os
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

__all__ = ["scratch_folder", "sweep_scratch"]

_SHARED_MEMORY: Final = Path("/dev/shm")  # noqa: S108 - its folders are made by mkdtemp
_ROOM_BYTES: Final = 1024**3
_NAME: Final = re.compile(r"\Agongzhi-(?P<owner>[0-9]+)-")


def scratch_folder() -> Path:
    """Make a folder every account can pass through, named after us; sweep those of processes that are gone.

    It is in shared memory when at least 1 GiB is free there, else in the system's temporary folder.
    """
    parent = _parent()
    sweep_scratch(parent)
    folder = Path(tempfile.mkdtemp(prefix=f"gongzhi-{os.getpid()}-", dir=parent))
    folder.chmod(0o711)
    return folder


def _parent() -> Path:
    """Choose shared memory or the temporary folder; a container's shared memory is often 64 MB small."""
    if os.access(_SHARED_MEMORY, os.W_OK) and shutil.disk_usage(_SHARED_MEMORY).free >= _ROOM_BYTES:
        return _SHARED_MEMORY
    return Path(tempfile.gettempdir())


def sweep_scratch(parent: Path) -> list[Path]:
    """Remove scratch folders whose process has ended, and return them."""
    named = ((folder, _NAME.match(folder.name)) for folder in parent.iterdir())
    left = [folder for folder, name in named if name and not _lives(int(name["owner"]))]
    for folder in left:
        shutil.rmtree(folder, ignore_errors=True)
    return left


def _lives(pid: int) -> bool:
    """Say whether a process of this number exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
