"""The Dockerfile as hadolint judges it."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Final

DOCKERFILE: Final = Path(__file__).parents[2] / "deploy" / "Dockerfile"
HADOLINT: Final = Path(sys.executable).with_name("hadolint")


def faults(dockerfile: Path) -> list[str]:
    done = subprocess.run(
        [HADOLINT, "--no-color", "--format", "json", dockerfile], capture_output=True, text=True, check=False
    )
    return [finding["code"] for finding in json.loads(done.stdout)]


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    assert faults(DOCKERFILE) == []


def test_hadolint_sees_a_planted_fault(tmp_path: Path) -> None:
    faulty = tmp_path / "Dockerfile"
    text = DOCKERFILE.read_text(encoding="utf-8")
    faulty.write_text(
        text.replace("python:3.11-slim AS", "python AS").replace("USER 10001:10001", "USER root")
    )

    assert set(faults(faulty)) >= {"DL3002", "DL3006"}
