"""Boxes that several tests look at: one with the demo district, one on which the whole story was told."""

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack

import httpx
import pytest

from onebox.box import BoxSettings
from onebox.tokens import TokenSource
from shared.clusters import free_ports
from tests.story.aftermath import tell_all
from tests.story.box import RunningBox, running_box
from tests.story.trying import TrialRecorder
from tests.story.walking import Told

# A busy machine makes the merged document in some seconds.
DOCUMENT_SECONDS = 120


@pytest.fixture(scope="package")
def demo_box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBox]:
    """Start the box when the first test wants it; who damages it starts one of its own."""
    folder = tmp_path_factory.mktemp("demo")
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    port, metrics = free_ports(2)
    with ExitStack() as stack:
        # Boxes that start while this one runs have ports of their own.
        with pytest.MonkeyPatch.context() as surroundings:
            surroundings.setenv("GONGZHI_METRICS_PORT", str(metrics))
            running = stack.enter_context(running_box(folder / "data", port, folder / "log"))
        yield running


@pytest.fixture(scope="session")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Told]:
    """Tell the whole story and its aftermath, and try on the way what the document promises of requests."""
    folder = tmp_path_factory.mktemp("told")
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    with (
        running_box(folder / "data", free_ports()[0], folder / "log") as box,
        pytest.MonkeyPatch.context() as surroundings,
    ):
        for name in ("GONGZHI_DATA", "GONGZHI_PORT"):
            surroundings.setenv(name, box.environment[name])
        tokens = TokenSource.open(BoxSettings.from_environment())
        document = httpx.get(f"{box.url}/api/openapi.json", timeout=DOCUMENT_SECONDS).json()
        recorder = TrialRecorder(document=document)
        asyncio.run(tell_all(box.url, tokens=tokens, recorder=recorder))
        yield Told(url=box.url, tokens=tokens, recorder=recorder)
