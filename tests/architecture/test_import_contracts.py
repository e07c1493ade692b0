import configparser
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest

from tests.architecture.sources import ROOT, Source

PREFIX: Final = "importlinter:contract:"
CREDIT: Final = "credit-rating/credit_rating"
NOUN: Final = f"{CREDIT}/planted"

# What stands around a file that is planted in the folder of a noun.
NOUN_FILES: Final = {
    f"{NOUN}/__init__.py": "",
    f"{NOUN}/storage.py": "",
    f"{NOUN}/commands.py": "import credit_rating.planted.storage",
    f"{NOUN}/queries.py": "import credit_rating.planted.storage",
    f"{NOUN}/api.py": "import credit_rating.planted.commands, credit_rating.planted.queries",
}

# Contract, file planted, what it holds.
BREACHES: Final = [
    ("house", f"{CREDIT}/planted.py", "import estate_registry"),
    ("house", "services/exchange/exchange/planted.py", "from gateway import __name__"),
    ("house", "shared/shared/kernel/planted.py", "import credit_rating"),
    ("stack", "shared/shared/kernel/planted.py", "import shared.storage"),
    ("stack", "shared/shared/contracts/planted.py", "import shared.settings"),
    ("stack", "shared/shared/rules/planted.py", "import shared.tasks"),
    ("stack", "shared/shared/attic/__init__.py", ""),
    ("faces", f"{CREDIT}/planted.py", "from shared.storage.work import Work"),
    ("testing", f"{CREDIT}/planted.py", "import shared.testing"),
    ("kernel", "shared/shared/kernel/planted.py", "import pydantic"),
    ("kernel", "shared/shared/kernel/planted.py", "import uuid_utils"),
    ("domain", f"{NOUN}/domain.py", "import sqlalchemy"),
    ("domain", f"{NOUN}/domain.py", "from shared.contracts import Event"),
    ("domain", f"{NOUN}/domain/__init__.py", "import credit_rating.planted.storage"),
    ("purity", f"{NOUN}/domain.py", "import random"),
    ("purity", f"{NOUN}/domain.py", "from os import environ"),
    ("storage-role", f"{NOUN}/storage.py", "import credit_rating.planted.commands"),
    ("storage-role", f"{NOUN}/storage.py", "import credit_rating.planted.queries"),
    ("queries-role", f"{NOUN}/queries.py", "import credit_rating.planted.commands"),
    ("queries-role", f"{NOUN}/queries.py", "import credit_rating.planted.api"),
    ("commands-role", f"{NOUN}/commands.py", "import credit_rating.planted.api"),
    ("web-outside", f"{NOUN}/domain.py", "import fastapi"),
    ("web-outside", f"{NOUN}/storage.py", "from starlette.requests import Request"),
    ("web-outside", f"{NOUN}/commands.py", "from shared.web import Router"),
    ("kafka", f"{CREDIT}/planted.py", "from aiokafka import AIOKafkaProducer"),
    ("kafka", "shared/shared/web/planted.py", "import aiokafka"),
    ("postgres", f"{NOUN}/queries.py", "import asyncpg"),
    ("postgres", "shared/shared/web/planted.py", "from asyncpg import Record"),
    ("circles", f"{NOUN}/storage.py", "import credit_rating.planted.queries"),
    ("circles", f"{NOUN}/storage.py", "if TYPE_CHECKING:\n    import credit_rating.planted.queries"),
]

ALLOWED: Final = [
    ("domain", f"{NOUN}/domain.py", "from dataclasses import dataclass\nfrom shared.kernel import Conflict"),
    ("faces", f"{CREDIT}/planted.py", "from shared.storage import Work\nimport shared.contracts.exchange"),
    ("storage-role", f"{NOUN}/storage.py", "import credit_rating.planted"),
    ("circles", f"{NOUN}/storage.py", "import shared.storage"),
    ("house", "services/onebox/onebox/planted.py", "import gateway, credit_rating, shared"),
]


def _contracts() -> Mapping[str, str]:
    rules = configparser.ConfigParser()
    rules.read(ROOT / ".importlinter", encoding="utf-8")
    sections = [section for section in rules.sections() if section.startswith(PREFIX)]
    return {section.removeprefix(PREFIX): rules[section]["name"] for section in sections}


@pytest.fixture(scope="module")
def house(tree: list[Source], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Copy the packages of the house, so that a breach can be planted in the copy."""
    copy = tmp_path_factory.mktemp("house")
    for source in tree:
        if source.is_product or source.path.name in {".importlinter", "only_contract.py"}:
            (copy / source.path).parent.mkdir(parents=True, exist_ok=True)
            (copy / source.path).write_text(source.text, encoding="utf-8")
    for package in ("tests", "tests/architecture"):
        (copy / package / "__init__.py").touch()
    return copy


@contextmanager
def _planted(house: Path, path: str, text: str) -> Iterator[None]:
    files = {**(NOUN_FILES if path.startswith(f"{NOUN}/") else {}), path: text}
    folders = {(house / name).parent for name in files if not (house / name).parent.exists()}
    for name, content in files.items():
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(f"{content}\n", encoding="utf-8")
    yield
    for name in files:
        (house / name).unlink()
    for folder in folders:
        shutil.rmtree(folder, ignore_errors=True)


def _lint(house: Path, *contracts: str) -> "subprocess.CompletedProcess[str]":
    roots = {str(init.parents[1]) for init in house.glob("*/*/__init__.py")}
    roots |= {str(init.parents[1]) for init in house.glob("services/*/*/__init__.py")}
    # The names of contracts would be broken at the width of a terminal.
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sorted(roots)), "COLUMNS": "200"}
    chosen = [argument for contract in contracts for argument in ("--contract", contract)]
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-logo", "--no-cache", *chosen],
        cwd=house,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def test_the_tree_keeps_every_import_contract(house: Path) -> None:
    verdict = _lint(house)

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
    assert all(f"{name} KEPT" in verdict.stdout for name in _contracts().values())


def test_every_import_contract_has_a_planted_breach() -> None:
    assert {contract for contract, _, _ in BREACHES} == set(_contracts())


@pytest.mark.parametrize(("contract", "path", "text"), BREACHES)
def test_a_planted_breach_of_a_contract_is_named(house: Path, contract: str, path: str, text: str) -> None:
    with _planted(house, path, text):
        verdict = _lint(house, contract)

    assert (verdict.returncode, verdict.stderr) == (1, "")
    assert f"{_contracts()[contract]} BROKEN" in verdict.stdout


@pytest.mark.parametrize(("contract", "path", "text"), ALLOWED)
def test_an_allowed_import_breaks_nothing(house: Path, contract: str, path: str, text: str) -> None:
    with _planted(house, path, text):
        verdict = _lint(house, contract)

    assert verdict.returncode == 0, verdict.stdout + verdict.stderr
