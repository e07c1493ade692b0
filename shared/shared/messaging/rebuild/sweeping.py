"""Garbage collection while very many short-lived messages pass: seldom, and not over all that is there."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

__all__ = ["seldom_swept"]

# Messages form no circles: counting references frees them. A sweep over all that was ever imported took a
# third of the time of a rebuild.
SELDOM: Final = (50_000, 50, 100)


@contextmanager
def seldom_swept() -> Iterator[None]:
    """Sweep seldom within the block."""
    before = gc.get_threshold()
    gc.collect()
    gc.freeze()
    gc.set_threshold(*SELDOM)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
