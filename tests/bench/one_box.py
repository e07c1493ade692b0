"""How soon the one box is ready from nothing, and what memory it takes."""

import asyncio
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

from shared.clusters import free_ports, scratch_folder
from tests.bench.figures import Figure
from tests.story.box import memory_mb, running_box

FIGURES = ("ready-seconds", "memory-mb")
SETTLE_SECONDS = 2


async def measure() -> Sequence[Figure]:
    """Start a box on an empty folder, as somebody does who has just installed it."""
    folder = scratch_folder()
    figures = await asyncio.to_thread(_start, folder)
    shutil.rmtree(folder, ignore_errors=True)
    return figures


def _start(folder: Path) -> list[Figure]:
    with running_box(folder / "data", free_ports()[0], folder / "log") as box:
        time.sleep(SETTLE_SECONDS)
        return [
            Figure(name="ready-seconds", value=round(box.ready_after, 1), unit="s", goal=10),
            Figure(name="memory-mb", value=memory_mb(box.process), unit="MB", goal=500),
        ]
