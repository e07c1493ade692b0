"""Garbage collection where very many short-lived objects pass: seldom, and not over all that is there."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["seldom_swept", "sweep_seldom"]

# Requests and messages hardly form circles: counting references frees them. A sweep over all that was ever
# imported took a third of the time of a rebuild, and sweeps of the young a third of a consumer's.
SELDOM: Final = (50_000, 50, 100)


def sweep_seldom() -> None:
    """Sweep seldom from now on, and leave what is there by now out of it: it lives as long as the process."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Sweep seldom within the block."""
    before = gc.get_threshold()
    sweep_seldom()
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
