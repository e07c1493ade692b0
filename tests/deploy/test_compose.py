"""docker-compose.yml without Docker: it fits its schema, and its processes accept what it tells them."""

import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from gateway import DOCUMENTS, check_configuration, find_haproxy
from onebox.deployment import AdministratorSettings, EdgeProcessSettings, new_secrets, write_edge_files
from shared.clusters import ClusterUnfit
from shared.identity import DevelopmentIssuer
from shared.settings import BusKind, IdentitySettings, LoginSettings, SettingsRefused, load
from tests.deploy.environments import PACKAGES, SERVICES, enter, load_all, needed_by

ROOT: Final = Path(__file__).resolve().parents[2]
COMPOSE: Final = ROOT / "docker-compose.yml"
TRIAL: Final = ROOT / "deploy" / ".env.example"
SCHEMA: Final = ROOT.parent / "shared" / "suites" / "compose-spec.json"
OURS: Final = "gongzhi:${GONGZHI_VERSION:-local}"
_REFERENCE: Final = re.compile(r"\$\{(?P<name>[A-Z0-9_]+)(?::(?P<how>[-?])(?P<word>[^}]*))?\}")


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    document: dict[str, Any] = YAML(typ="safe").load(COMPOSE)
    return document


@pytest.fixture
def trial() -> dict[str, str]:
    lines = TRIAL.read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))


def told(compose: dict[str, Any], service: str, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a service, as Compose makes it from an `.env` file."""
    stated: dict[str, Any] = compose["services"][service]["environment"]
    passed = {name: variables.get(name) if value is None else value for name, value in stated.items()}
    return {name: _interpolated(str(value), variables) for name, value in passed.items() if value is not None}


def _interpolated(text: str, variables: Mapping[str, str]) -> str:
    def value(found: re.Match[str]) -> str:
        given = variables.get(found["name"])
        if not given and found["how"] == "?":
            raise LookupError(found["name"])
        return given or (found["word"] if found["how"] == "-" else "")

    return _REFERENCE.sub(value, text)


def told_to_all(compose: dict[str, Any], variables: Mapping[str, str]) -> dict[str, dict[str, str]]:
    named = (name for name, each in compose["services"].items() if "environment" in each)
    return {name: told(compose, name, variables) for name in named}


def test_the_file_fits_the_schema_of_compose() -> None:
    if not SCHEMA.exists():
        pytest.skip(f"The schema of Compose is not at {SCHEMA}.")
    tool = Path(sys.executable).with_name("check-jsonschema")

    done = subprocess.run(
        [tool, "--schemafile", SCHEMA, COMPOSE], capture_output=True, text=True, check=False
    )

    assert done.returncode == 0, done.stdout


def test_every_service_has_both_its_processes(compose: dict[str, Any]) -> None:
    wanted = {f"{service}-{kind}" for service in SERVICES for kind in ("api", "worker")}

    others = {"postgres", "kafka", "edge", "migrate", "topics", "edge-files", f"{DOCUMENTS}-api"}
    assert set(compose["services"]) == wanted | others


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_runs_its_own_service_on_its_own_schema(compose: dict[str, Any], service: str) -> None:
    schema = service.replace("-", "_")
    for kind, word in (("api", "serve"), ("worker", "work")):
        process = compose["services"][f"{service}-{kind}"]

        assert process["command"][3:5] == [word, service]
        url = process["environment"]["GONGZHI_DATABASE_URL"]
        assert url.startswith(f"postgresql://{schema}:${{{schema.upper()}_PASSWORD:?")


def test_our_processes_are_confined(compose: dict[str, Any]) -> None:
    ours = {name: each for name, each in compose["services"].items() if each["image"] == OURS}

    assert len(ours) == 2 * len(SERVICES) + 4
    for name, process in ours.items():
        assert (process["user"], process["read_only"]) == ("10001:10001", True), name
        assert process["cap_drop"] == ["ALL"], name
        assert "no-new-privileges:true" in process["security_opt"], name


def test_everything_has_limits_and_comes_back(compose: dict[str, Any]) -> None:
    for name, process in compose["services"].items():
        limits = process["deploy"]["resources"]["limits"]
        assert set(limits) == {"cpus", "memory", "pids"}, name
        assert process["restart"] in {"unless-stopped", "on-failure:5"}, name
        assert not process.get("privileged"), name


def test_only_the_edge_is_reached_from_outside(compose: dict[str, Any]) -> None:
    assert [name for name, each in compose["services"].items() if "ports" in each] == ["edge"]
    assert compose["networks"]["data"] == {"internal": True}
    assert compose["services"]["edge"]["networks"] == ["services"]


def test_only_migrate_holds_the_administrators_address_and_the_login_key(compose: dict[str, Any]) -> None:
    stated = {name: each.get("environment", {}) for name, each in compose["services"].items()}

    holders = {name for name, variables in stated.items() if "GONGZHI_DATABASE_ADMIN_URL" in variables}
    real_key = {name for name, variables in stated.items() if "GONGZHI_LOGIN_KEY" in variables}

    assert holders == real_key == {"migrate"}


@pytest.mark.parametrize("kind", ["api", "worker"])
@pytest.mark.parametrize("service", SERVICES)
def test_production_settings_are_accepted_by_each_process(
    compose: dict[str, Any],
    production: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    kind: str,
) -> None:
    enter(monkeypatch, told(compose, f"{service}-{kind}", production))

    assert all(settings.production for settings in load_all(needed_by(kind)))


def test_the_bus_of_the_workers_is_kafka(compose: dict[str, Any], production: dict[str, str]) -> None:
    for service in SERVICES:
        environment = told(compose, f"{service}-worker", production)
        assert environment["GONGZHI_BUS"] == BusKind.KAFKA.value
        assert environment["GONGZHI_KAFKA_SERVERS"] == "kafka:9092"


def test_migrate_gives_each_service_the_password_it_logs_in_with(
    compose: dict[str, Any], production: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch, told(compose, "migrate", production))
    logins = load(LoginSettings)

    assert load(AdministratorSettings).admin_url is not None
    for service, package in zip(SERVICES, PACKAGES, strict=True):
        url = told(compose, f"{service}-api", production)["GONGZHI_DATABASE_URL"]
        assert url == f"postgresql://{package}:{logins.login_password(package)}@postgres:5432/gongzhi"


@pytest.mark.parametrize("lacking", ["POSTGRES_PASSWORD", "EXCHANGE_PASSWORD"])
def test_compose_refuses_to_begin_without_a_password(
    compose: dict[str, Any], production: dict[str, str], lacking: str
) -> None:
    del production[lacking]

    with pytest.raises(LookupError, match=lacking):
        told_to_all(compose, production)


@pytest.mark.parametrize("lacking", ["GONGZHI_CURSOR_KEY", "GONGZHI_SEAL_KEYS", "GONGZHI_IDENTITY_ISSUER"])
def test_production_does_without_no_secret(
    compose: dict[str, Any], production: dict[str, str], monkeypatch: pytest.MonkeyPatch, lacking: str
) -> None:
    del production[lacking]
    enter(monkeypatch, told(compose, "exchange-api", production))

    with pytest.raises(SettingsRefused, match=lacking):
        load_all(needed_by("api"))


def test_a_trial_logs_in_with_what_the_development_key_gives(
    trial: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch, {})
    logins = load(LoginSettings)

    assert {name: trial[f"{name.upper()}_PASSWORD"] for name in PACKAGES} == {
        name: logins.login_password(name) for name in PACKAGES
    }


@pytest.mark.parametrize("kind", ["api", "worker"])
def test_a_trial_needs_nothing_but_its_file(
    compose: dict[str, Any], trial: dict[str, str], monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    enter(monkeypatch, told(compose, f"dispute-mediation-{kind}", trial))

    assert not any(settings.production for settings in load_all(needed_by(kind)))


async def test_a_trial_makes_its_issuer_and_an_edge_that_believes_it(
    compose: dict[str, Any], trial: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    environment = told(compose, "edge-files", trial)
    keys = tmp_path / "identity" / "development-issuer-jwks.json"
    enter(monkeypatch, {**environment, "GONGZHI_IDENTITY_JWKS_FILE": str(keys)})

    configuration = await write_edge_files(tmp_path / "edge")

    issuer = DevelopmentIssuer.open(folder=keys.parent, settings=load(IdentitySettings))
    assert (tmp_path / "edge" / "issuer-1.pem").read_bytes() == issuer.key.as_pem(private=False)
    assert "http://127.0.0.1:8000/identity" in configuration.read_text()
    assert configuration.stat().st_mode & 0o777 == 0o644
    try:
        find_haproxy()
    except ClusterUnfit as missing:
        pytest.skip(missing.sentence("en"))
    check_configuration(configuration)


def test_production_has_no_edge_without_tls(
    compose: dict[str, Any], production: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch, told(compose, "edge-files", production))
    assert load(EdgeProcessSettings).certificate == Path("/certificates/edge.pem")

    monkeypatch.delenv("GONGZHI_EDGE_CERTIFICATE")
    with pytest.raises(SettingsRefused, match="GONGZHI_EDGE_CERTIFICATE"):
        load(EdgeProcessSettings)


def test_new_secrets_are_new_each_time() -> None:
    first, second = new_secrets(schemas=PACKAGES), new_secrets(schemas=PACKAGES)

    assert set(first) == set(second)
    assert not {name for name in first if first[name] == second[name]}
