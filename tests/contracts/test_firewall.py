"""A change that breaks a reader fails the build with the names of the services that would break."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
from pydantic import create_model

from onebox.services import SERVICES
from shared.contracts import CATALOGUE, Event
from shared.contracts.schemas import FOLDER, __main__, inspect, kept_consumers


def with_a_new_duty(fact: type[Event]) -> type[Event]:
    """Return the fact with a field that yesterday's messages do not have."""
    # The overloads of create_model do not know a field by a name of ours.
    return create_model(fact.__name__, __base__=fact, __doc__=fact.__doc__, planted=(str, ...))


def listeners(fact: type[Event]) -> Iterator[str]:
    yield from (service.name for service in SERVICES if fact in service.subscriptions)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the snapshots that a failing check may overwrite."""
    return Path(copytree(FOLDER, tmp_path / "schemas"))


@pytest.mark.parametrize("name", CATALOGUE)
def test_the_services_that_listen_are_named(name: str, folder: Path) -> None:
    changed = {**CATALOGUE, name: with_a_new_duty(CATALOGUE[name])}

    (breach,) = inspect(changed, folder, consumers=kept_consumers()).breaking

    assert (breach.fact, breach.change) == (name, "/planted: new and required")
    assert breach.consumers == tuple(sorted(listeners(CATALOGUE[name])))
    assert breach.consumers or name.startswith("nz.supervision.")


@pytest.mark.parametrize("writing", [True, False])
def test_the_command_fails_and_says_who_breaks(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], *, writing: bool
) -> None:
    name = "nz.credit-rating.CompanyEntered.v1"
    before = (folder / f"{name}.json").read_bytes()
    monkeypatch.setattr(__main__, "CATALOGUE", {**CATALOGUE, name: with_a_new_duty(CATALOGUE[name])})
    monkeypatch.setattr(__main__, "FOLDER", folder)
    monkeypatch.setattr("sys.argv", ["schemas", *(["--write"] if writing else [])])

    assert __main__.main() == 1

    harm = "breaks estate-registry, exchange, subsidy-ledger, supervision"
    assert f"{name}: /planted: new and required ({harm})" in capsys.readouterr().err
    assert (folder / f"{name}.json").read_bytes() == before
