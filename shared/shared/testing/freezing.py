"""A process that hangs."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

__all__ = ["frozen"]

STOPPED: Final = "T"
PATIENCE_SECONDS: Final = 30.0


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """Stop a process with all its threads; it goes on afterwards. Raises TimeoutError.

    On a busy machine the signal stops nothing until one of the threads has taken it: the others still work.
    """
    os.kill(pid, signal.SIGSTOP)
    try:
        until = time.monotonic() + PATIENCE_SECONDS
        while set(_states(pid)) != {STOPPED}:
            if time.monotonic() > until:
                raise TimeoutError(pid)
            time.sleep(0.005)
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def _states(pid: int) -> Iterator[str]:
    """Yield the state of every thread; one that has just ended has none."""
    for thread in Path(f"/proc/{pid}/task").iterdir():
        try:
            yield (thread / "stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
