"""An issuer with a key of its own, a clock that stands still, and a verifier that trusts the issuer."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from shared.identity import DevelopmentIssuer, JwksCache, TokenVerifier, file_source
from shared.settings import IdentitySettings, load

NOON = datetime(2026, 3, 2, 4, tzinfo=UTC)


@dataclass
class StoppedClock:
    """A clock that moves when it is told to."""

    moment: datetime = NOON

    def __call__(self) -> datetime:
        return self.moment

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@pytest.fixture(scope="session")
def key_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("issuer")


@pytest.fixture
def clock() -> StoppedClock:
    return StoppedClock()


@pytest.fixture
def settings() -> IdentitySettings:
    return load(IdentitySettings)


@pytest.fixture
def issuer(key_folder: Path, settings: IdentitySettings, clock: StoppedClock) -> DevelopmentIssuer:
    return DevelopmentIssuer.open(folder=key_folder, settings=settings, clock=clock)


@pytest.fixture
def seconds() -> list[float]:
    """A monotonic clock: its one number is the present second."""
    return [1000.0]


@pytest.fixture
def keys(issuer: DevelopmentIssuer, settings: IdentitySettings, seconds: list[float]) -> JwksCache:
    source = file_source(issuer.jwks_file)
    return JwksCache(source=source, algorithms=settings.algorithms, monotonic=lambda: seconds[0])


@pytest.fixture
def verifier(settings: IdentitySettings, keys: JwksCache, clock: StoppedClock) -> TokenVerifier:
    return TokenVerifier(settings=settings, keys=keys, clock=clock)
