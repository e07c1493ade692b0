"""The folder of one cluster: its data, its socket, its log, its password, and the lock of who runs it."""

import errno
import fcntl
import os
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final, TextIO

from shared.clusters.account import Account
from shared.clusters.errors import DataInUse, DiskFull, FolderForbidden
from shared.clusters.postgres.diagnosis import free_megabytes

__all__ = ["Folders"]

_SOCKET_PATH_BYTES: Final = 107
_LONGEST_SOCKET_NAME: Final = ".s.PGSQL.65535.lock"
_LOG_BYTES: Final = 10 * 1024 * 1024
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}


class Folders:
    """The places of one cluster. `top` is ours, `data` and the socket's folder are the server's."""

    def __init__(self, top: Path, account: Account) -> None:
        """Name the places; nothing is made yet."""
        self.top = top.absolute()
        self.account = account
        self.data = self.top / "data"
        self.new_data = self.top / "data.new"
        self.log = self.top / "postgres.log"
        self.run = self.top / "run"
        self._password = self.top / "password"
        self._lock: TextIO | None = None

    def take(self) -> None:
        """Make the places and lock them for us; raises DataInUse, FolderForbidden, DiskFull."""
        with self.faults():
            self._make()
        self._take_lock()

    def _make(self) -> None:
        """Make the top folder, the socket's folder and the log."""
        self.top.mkdir(parents=True, exist_ok=True)
        if self.account.changed:
            self.top.chmod(0o711)
        if not self.account.reaches(self.top):
            reason = "a folder above it is closed to this account"
            raise FolderForbidden(account=self.account.name, folder=self.top, reason=reason)
        self._make_run()
        if self.log.exists() and self.log.stat().st_size > _LOG_BYTES:
            self.log.replace(self.log.with_suffix(".log.1"))
        self.log.touch()

    def _make_run(self) -> None:
        """Make the socket's folder: beside the data, or a short temporary one where that path is too long."""
        if len(os.fsencode(self.run / _LONGEST_SOCKET_NAME)) > _SOCKET_PATH_BYTES:
            self.run = Path(tempfile.mkdtemp(prefix="gongzhi-pg-"))
        self.run.mkdir(mode=0o700, exist_ok=True)
        self.account.give(self.run)

    def _take_lock(self) -> None:
        """Hold the lock until we let go or end, however we end; so a server without a holder is an orphan."""
        if self._lock is not None:
            return
        lock = (self.top / "lock").open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip()
            lock.close()
            raise DataInUse(folder=self.top, holder=holder or "?") from None
        lock.truncate(0)
        lock.write(f"pid {os.getpid()}\n")
        lock.flush()
        self._lock = lock

    def let_go(self) -> None:
        """Give up the lock, and the socket's folder where it was a temporary one."""
        if self.run.parent != self.top:
            shutil.rmtree(self.run, ignore_errors=True)
            self.run = self.top / "run"
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def password(self, *, first: str | None = None) -> str:
        """Return the superuser's password: the kept one; else `first` or a random one, kept from now on."""
        if not self._password.exists():
            with self.faults():
                write_secret(self._password, first or secrets.token_urlsafe(24))
        return self._password.read_text()

    @contextmanager
    def faults(self) -> Iterator[None]:
        """Turn an OSError of the folder into the fault that names the cure."""
        try:
            yield
        except OSError as fault:
            place = next(part for part in (self.top, *self.top.parents) if part.is_dir())
            if fault.errno in _FULL:
                raise DiskFull(folder=self.top, free_mb=free_megabytes(place)) from fault
            reason = fault.strerror or str(fault)
            raise FolderForbidden(account=self.account.name, folder=self.top, reason=reason) from fault


def write_secret(path: Path, secret: str) -> None:
    """Write a file only its owner can read; whole or not at all."""
    unfinished = path.with_suffix(".new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600, exist_ok=False)
    unfinished.write_text(secret)
    unfinished.replace(path)
