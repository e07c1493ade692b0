"""One box with the demo district and its metrics, for all tests that leave it running."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from shared.clusters import free_ports
from tests.story.box import RunningBox, running_box


@pytest.fixture(scope="session")
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
