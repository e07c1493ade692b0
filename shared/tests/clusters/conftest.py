"""Folders for clusters: reachable by the server's account, gone afterwards."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.clusters import scratch_folder


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give an empty folder in shared memory or the temporary folder."""
    made = scratch_folder()
    yield made / "cluster"
    shutil.rmtree(made)
