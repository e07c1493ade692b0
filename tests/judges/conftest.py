"""A one box for the judges that want a running one."""

from collections.abc import Iterator

import pytest

from shared.clusters import free_ports
from tests.story.box import RunningBox, running_box


@pytest.fixture(scope="package")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBox]:
    folder = tmp_path_factory.mktemp("judged")
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    with running_box(folder / "data", free_ports()[0], folder / "log") as running:
        yield running
