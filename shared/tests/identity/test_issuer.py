"""The development issuer: its key is private and lasting, and it does not exist outside development."""

import json
import stat
from datetime import timedelta
from pathlib import Path

import pytest

from shared.identity import DevelopmentIssuer, IssuerForDevelopmentOnly, Role, TokenVerifier, jwks_cache
from shared.identity.issuer import _write_once
from shared.settings import Environment, IdentitySettings, load

from .conftest import StoppedClock


def test_the_key_is_readable_by_its_owner_alone_and_found_again(
    tmp_path: Path, settings: IdentitySettings
) -> None:
    folder = tmp_path / "data"

    first = DevelopmentIssuer.open(folder=folder, settings=settings)
    second = DevelopmentIssuer.open(folder=folder, settings=settings)

    assert first.key == second.key
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert sorted(path.name for path in folder.iterdir()) == [
        "development-issuer-jwks.json",
        "development-issuer-key.json",
    ]


def test_of_two_that_start_at_once_the_first_key_stands(tmp_path: Path) -> None:
    for text in ("first", "second"):
        _write_once(tmp_path / "key.json", text)

    assert (tmp_path / "key.json").read_text() == "first"
    assert [path.name for path in tmp_path.iterdir()] == ["key.json"]


def test_the_published_documents_show_the_public_half_alone(issuer: DevelopmentIssuer) -> None:
    published = json.loads(issuer.jwks_file.read_text())

    assert published == issuer.jwks()
    assert set(published["keys"][0]) == {"kty", "n", "e", "kid", "use", "alg"}
    assert issuer.discovery()["jwks_uri"] == "http://127.0.0.1:8000/identity/jwks.json"
    assert issuer.discovery()["issuer"] == "http://127.0.0.1:8000/identity"


def test_it_refuses_to_exist_in_production_and_says_what_to_set(
    tmp_path: Path, settings: IdentitySettings
) -> None:
    production = settings.model_copy(update={"environment": Environment.PRODUCTION})

    with pytest.raises(IssuerForDevelopmentOnly, match="GONGZHI_IDENTITY_JWKS_URL"):
        DevelopmentIssuer.open(folder=tmp_path / "data", settings=production)

    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("role", Role)
async def test_every_role_gets_a_token_that_verifies(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, role: Role
) -> None:
    token = issuer.issue(role=role, territory="610703100001", person=f"demo-{role}")

    assert (await verifier.verify(token)).role == role.value


def test_it_gives_no_token_that_would_be_refused(issuer: DevelopmentIssuer) -> None:
    with pytest.raises(ValueError, match="reach"):
        issuer.issue(role=Role.TOWN_OFFICER, territory="61", person="x")
    with pytest.raises(ValueError, match="30 天"):
        issuer.issue(role=Role.AUDITOR, territory="610703", person="x", lifetime=timedelta(days=31))


async def test_audience_and_issuer_come_from_the_settings(tmp_path: Path, clock: StoppedClock) -> None:
    other = load(IdentitySettings, issuer="http://localhost:9/id", audience="other")
    issuer = DevelopmentIssuer.open(folder=tmp_path, settings=other, clock=clock)
    published = load(
        IdentitySettings, issuer=other.issuer, audience=other.audience, jwks_file=issuer.jwks_file
    )

    verifier = TokenVerifier(settings=published, keys=jwks_cache(published), clock=clock)
    actor = await verifier.verify(issuer.issue(role=Role.AUDITOR, territory="610703", person="x"))

    assert actor.person == "x"
