"""The tree under inspection, read once."""

import subprocess
from pathlib import Path

import pytest

from tests.architecture.sources import ROOT, Source, sources


@pytest.fixture(scope="session")
def tree() -> list[Source]:
    return sources(ROOT)


@pytest.fixture
def git_checkout(tmp_path: Path) -> Path:
    subprocess.run(["git", "init", "--quiet", str(tmp_path)], check=True)
    return tmp_path
