"""Under which account a server runs: our own, or `nobody` when we are root (PostgreSQL refuses root)."""

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path

__all__ = ["Account", "reachable_by_all", "server_account"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An account of the system; `changed` when it is not the one we run under ourselves."""

    name: str
    uid: int
    gid: int
    changed: bool

    def give(self, path: Path) -> None:
        """Hand a file or folder to this account."""
        if self.changed:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)

    def reaches(self, folder: Path) -> bool:
        """Say whether this account can pass through every folder down to `folder`, itself included."""
        return not self.changed or reachable_by_all(folder)


def server_account() -> Account:
    """Return the account for servers that refuse root."""
    uid = os.geteuid()
    if uid != 0:
        return Account(name=_name_of(uid), uid=uid, gid=os.getegid(), changed=False)
    nobody = pwd.getpwnam("nobody")
    return Account(name="nobody", uid=nobody.pw_uid, gid=nobody.pw_gid, changed=True)


def _name_of(uid: int) -> str:
    """Return the account's name, or its number where a container has none for it."""
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def reachable_by_all(folder: Path) -> bool:
    """Say whether every account may pass through `folder` and all folders above it."""
    whole = folder.resolve()
    return all(part.stat().st_mode & stat.S_IXOTH for part in (whole, *whole.parents))
