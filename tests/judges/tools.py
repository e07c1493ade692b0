"""Run a tool of `tests/judges/node_modules`; say why where it cannot be run."""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Final

import pytest

from onebox.box import BoxSettings
from onebox.tokens import TokenSource
from tests.story.box import RunningBox

__all__ = ["JUDGES", "ROOT", "node", "tokens", "tool"]

JUDGES: Final = Path(__file__).parent
ROOT: Final = JUDGES.parents[1]
_MODULES: Final = JUDGES / "node_modules"
PATIENCE_SECONDS: Final = 120
# The judges judge what lies here; none of them has to ask somebody else.
_QUIET: Final = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "NO_COLOR": "1"}


def tool(name: str, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run an installed tool in the folder of the judges."""
    _require()
    return _run(str(_MODULES / ".bin" / name), *arguments)


def node(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run node in the folder of the judges."""
    _require()
    return _run("node", *arguments, **environment)


def tokens(box: RunningBox) -> TokenSource:
    """Return what makes tokens that a running box believes."""
    with pytest.MonkeyPatch.context() as surroundings:
        for name in ("GONGZHI_DATA", "GONGZHI_PORT"):
            surroundings.setenv(name, box.environment[name])
        return TokenSource.open(BoxSettings.from_environment())


def _require() -> None:
    if shutil.which("node") is None or not (_MODULES / ".stamp").exists():
        pytest.skip("node or the packages of tests/judges are missing: install npm, then `make judges`")


def _run(*command: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=JUDGES,
        env=os.environ | _QUIET | environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=PATIENCE_SECONDS,
    )
