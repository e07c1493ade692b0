"""Become a server: give up root, ask the kernel to end us with our parent, turn into the program.

A script of its own, run as `python -I -S launch.py PARENT SIGNAL UID GID PROGRAM ARGUMENT…`: the same
steps between fork and exec of a process with threads may deadlock. A UID of -1 keeps the account.
"""

import ctypes
import os
import sys

_PR_SET_PDEATHSIG = 1


def main(arguments: list[str]) -> None:
    """Take the steps in the one order that works: a change of user clears the death signal."""
    parent, death_signal, uid, gid = (int(argument) for argument in arguments[:4])
    kernel = ctypes.CDLL(None)
    if uid >= 0:
        os.setgroups([])
        os.setgid(gid)
        os.setuid(uid)
    if sys.platform == "linux":
        kernel.prctl(_PR_SET_PDEATHSIG, death_signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit("The parent ended before its server began.")
    os.execv(arguments[4], arguments[4:])  # noqa: S606 - the program is chosen by our own supervisor


if __name__ == "__main__":
    main(sys.argv[1:])
