from pathlib import Path, PurePosixPath

import pytest

from tests.architecture.leak_rules import machine_paths, registry_addresses
from tests.architecture.sources import ROOT, Source, files

MACHINE_PATHS = ["/wor" + "k/main/x.py", "cd /roo" + "t/.config", "/far" + "m/data", f"{ROOT}/pyproject.toml"]
REGISTRIES = [
    "https:" + "//pypi.org/simple/asyncpg/",
    "http:" + "//files.pythonhosted.org/packages/",
    "https:" + "//user:secret@pypi.example.com:8443/simple/",
    "https:" + "//registry.npmjs.org/echarts/",
]
HARMLESS = [
    "see https://json-schema.org/draft/2020-12/schema",
    "the root/ of the tree, its framework/main.py",
    "asyncpg==0.32.0 --hash=sha256:00",
]


def _line(text: str) -> Source:
    return Source(PurePosixPath("docs/planted.md"), f"first\n{text}\n")


def test_no_file_names_a_path_of_one_machine(tree: list[Source]) -> None:
    locks_apart = [source for source in tree if source.path.suffix != ".lock"]

    assert [fault for source in locks_apart for fault in machine_paths(source)] == []


def test_no_file_names_the_address_of_a_registry(tree: list[Source]) -> None:
    assert [fault for source in tree for fault in registry_addresses(source)] == []


@pytest.mark.parametrize("text", MACHINE_PATHS)
def test_a_planted_machine_path_is_found(text: str) -> None:
    [fault] = machine_paths(_line(text))

    assert fault.startswith("docs/planted.md:2: ")


@pytest.mark.parametrize("text", REGISTRIES)
def test_a_planted_registry_address_is_found(text: str) -> None:
    [fault] = registry_addresses(_line(text))

    assert fault.startswith("docs/planted.md:2: ")


@pytest.mark.parametrize("text", HARMLESS)
def test_harmless_lines_are_left_alone(text: str) -> None:
    assert [*machine_paths(_line(text)), *registry_addresses(_line(text))] == []


def test_untracked_files_are_read_and_ignored_ones_are_not(git_checkout: Path) -> None:
    (git_checkout / ".gitignore").write_text("ignored.txt\n", encoding="utf-8")
    (git_checkout / "ignored.txt").write_text("ignored", encoding="utf-8")
    (git_checkout / "new.txt").write_text("not yet tracked", encoding="utf-8")

    assert files(git_checkout) == [PurePosixPath(".gitignore"), PurePosixPath("new.txt")]
