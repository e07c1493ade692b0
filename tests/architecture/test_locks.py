import re
import tomllib
from collections.abc import Mapping
from typing import Final

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.architecture.sources import ROOT

RUNTIME: Final = "requirements.lock"
DEVELOPMENT: Final = "requirements-dev.lock"


def _pins(lock: str) -> Mapping[str, Version]:
    text = (ROOT / lock).read_text(encoding="utf-8")
    found = re.findall(r"^([A-Za-z0-9_.-]+)(?:\[[^]]*\])?==([^\s;]+)", text, re.MULTILINE)
    return {canonicalize_name(name): Version(version) for name, version in found}


def _wanted(*, extras: tuple[str, ...]) -> list[Requirement]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    lines = [
        *project["dependencies"],
        *(line for extra in extras for line in project["optional-dependencies"][extra]),
    ]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize(("lock", "extras"), [(RUNTIME, ("build",)), (DEVELOPMENT, ("build", "dev"))])
def test_a_lock_pins_every_dependency_that_is_declared(lock: str, extras: tuple[str, ...]) -> None:
    pins = _pins(lock)
    wanted = {canonicalize_name(line.name): line for line in _wanted(extras=extras)}

    assert [
        name for name, line in wanted.items() if name not in pins or pins[name] not in line.specifier
    ] == []


def test_both_locks_pin_the_same_versions() -> None:
    runtime, development = _pins(RUNTIME), _pins(DEVELOPMENT)

    assert {name: development.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("lock", [RUNTIME, DEVELOPMENT])
def test_every_pin_of_a_lock_carries_a_hash(lock: str) -> None:
    entries = re.split(r"^(?=[A-Za-z0-9])", (ROOT / lock).read_text(encoding="utf-8"), flags=re.MULTILINE)

    assert [entry for entry in entries if entry.strip() and "--hash=sha256:" not in entry] == []
