"""The chart without a cluster: it lints, what it renders is valid, its processes accept their settings."""

from pathlib import Path
from typing import Any, Final

import helm_python as helm
import kubernetes_validate
import pytest
from ruamel.yaml import YAML

from gateway import DOCUMENTS
from onebox.deployment import AdministratorSettings
from shared.clusters import declared_topics
from shared.settings import BusKind, BusSettings, LoginSettings, load
from tests.deploy.chart import (
    CHART,
    EXAMPLE,
    RELEASE,
    ROOT,
    Manifest,
    containers,
    environment_of,
    labels_of,
    named,
    pods,
    rendered,
    selects,
)
from tests.deploy.environments import PACKAGES, SERVICES, enter, load_all, needed_by

NEWEST: Final = "1.37"
OLDEST: Final = "1.30"
WITHOUT_RESOLVER: Final = EXAMPLE | {"edge": {"resolver": ""}}
COMPOSE: Final[Manifest] = YAML(typ="safe").load(ROOT / "docker-compose.yml")["services"]
# What only Compose tells: a trial's issuer, its own health check, and where the trial's files lie.
OF_COMPOSE: Final = {"GONGZHI_IDENTITY_JWKS_FILE", "GONGZHI_HEALTH_URL", "GONGZHI_DATA"}


@pytest.fixture(scope="module")
def objects() -> list[Manifest]:
    return rendered(EXAMPLE)


@pytest.fixture
def secrets(production: dict[str, str]) -> dict[str, dict[str, str]]:
    """Return the two secrets as deploy/README.md has them made."""
    administrator = {name: production.pop(name) for name in ("GONGZHI_LOGIN_KEY", "POSTGRES_PASSWORD")}
    return {"gongzhi-services": production, "gongzhi-administrator": administrator}


def test_helm_finds_nothing_to_complain_of() -> None:
    report = helm.lint(CHART, EXAMPLE, strict=True)

    assert report["errors"] == []
    assert {message["error"] for message in report["messages"]} <= {"icon is recommended"}


@pytest.mark.parametrize("values", [EXAMPLE, WITHOUT_RESOLVER], ids=["with resolver", "without"])
@pytest.mark.parametrize("version", [OLDEST, NEWEST])
def test_kubernetes_takes_everything_it_makes(values: dict[str, Any], version: str) -> None:
    for made in rendered(values):
        kubernetes_validate.validate(made, version, strict=True)


def test_the_judge_of_objects_sees_a_planted_fault(objects: list[Manifest]) -> None:
    edge = named(objects, "Deployment")["edge"]
    faulty = edge | {"spec": edge["spec"] | {"replica": 2}}

    with pytest.raises(kubernetes_validate.ValidationError, match="replica"):
        kubernetes_validate.validate(faulty, NEWEST, strict=True)


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"identity": {"issuer": "http://login.example.test"}}, "issuer"),
        ({"database": {}}, "host"),
        ({"kafka": {"servers": "kafka"}}, "servers"),
        ({"image": {"repository": ""}}, "repository"),
        ({"tenant": "61"}, "tenant"),
        ({"edge": {"resolver": "kube-dns"}}, "resolver"),
        ({"replicas": 3}, "replicas"),
        ({"services": {"exchange": {"api": {"replicas": 3}}}}, "replicas"),
    ],
)
def test_values_that_make_no_sense_are_refused(changes: dict[str, Any], place: str) -> None:
    with pytest.raises(helm.HelmError, match=place), helm.Chart.load(CHART) as chart:
        chart.render(EXAMPLE | changes, name=RELEASE, namespace="platform")


def test_every_service_has_both_its_processes(objects: list[Manifest]) -> None:
    wanted = {f"{service}-{kind}" for service in SERVICES for kind in ("api", "worker")}

    assert set(named(objects, "Deployment")) == wanted | {f"{DOCUMENTS}-api", "edge"}
    assert set(named(objects, "Job")) == {"migrate", "topics"}
    assert set(named(objects, "Service")) == {f"{name}-api" for name in (*SERVICES, DOCUMENTS)} | {"edge"}
    assert named(objects, "Secret") == {}


@pytest.mark.parametrize("service", SERVICES)
def test_a_process_does_what_it_does_in_compose(objects: list[Manifest], service: str) -> None:
    for kind in ("api", "worker"):
        (container,) = containers(named(objects, "Deployment")[f"{service}-{kind}"])

        assert container["command"] == COMPOSE[f"{service}-{kind}"]["command"]


@pytest.mark.parametrize("kind", ["api", "worker"])
@pytest.mark.parametrize("service", SERVICES)
def test_its_settings_are_accepted_by_each_process(
    objects: list[Manifest],
    secrets: dict[str, dict[str, str]],
    monkeypatch: pytest.MonkeyPatch,
    service: str,
    kind: str,
) -> None:
    (container,) = containers(named(objects, "Deployment")[f"{service}-{kind}"])
    environment = environment_of(container, objects=objects, secrets=secrets)
    enter(monkeypatch, environment)

    assert all(settings.production for settings in load_all(needed_by(kind)))
    assert load(BusSettings).bus is BusKind.KAFKA
    package = service.replace("-", "_")
    password = secrets["gongzhi-services"][f"{package.upper()}_PASSWORD"]
    assert environment["GONGZHI_DATABASE_URL"] == (
        f"postgresql://{package}:{password}@{EXAMPLE['database']['host']}:5432/gongzhi"
    )
    assert {name for name in environment if name.endswith("_PASSWORD")} == {f"{package.upper()}_PASSWORD"}


def test_migrate_gives_each_service_the_password_it_logs_in_with(
    objects: list[Manifest], secrets: dict[str, dict[str, str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    (container,) = containers(named(objects, "Job")["migrate"])
    enter(monkeypatch, environment_of(container, objects=objects, secrets=secrets))
    logins = load(LoginSettings)

    assert load(AdministratorSettings).admin_url is not None
    kept = secrets["gongzhi-services"]
    assert {name: kept[f"{name.upper()}_PASSWORD"] for name in PACKAGES} == {
        name: logins.login_password(name) for name in PACKAGES
    }


def test_every_variable_of_compose_has_its_place(objects: list[Manifest]) -> None:
    """A setting that a process learns to need must reach it in both forms."""
    secrets = {name: _AnySecret() for name in ("gongzhi-services", "gongzhi-administrator")}
    of_chart = {
        container["name"] if container["name"] not in {"api", "worker"} else name: environment_of(
            container, objects=objects, secrets=secrets
        )
        for name, made in pods(objects).items()
        for container in containers(made)
    }

    for name, told in COMPOSE.items():
        wanted = {each for each in told.get("environment", {}) if each.startswith("GONGZHI_")} - OF_COMPOSE
        assert wanted <= set(of_chart.get(name, {})), name


class _AnySecret(dict[str, str]):
    """Has every key."""

    def __missing__(self, key: str) -> str:
        return key


def test_only_migrate_is_told_the_administrators_secret(objects: list[Manifest]) -> None:
    holders = {name for name, made in pods(objects).items() if "gongzhi-administrator" in str(made)}

    assert holders == {"migrate"}


def test_no_process_has_more_rights_than_it_needs(objects: list[Manifest]) -> None:
    for name, made in pods(objects).items():
        pod = made["spec"]["template"]["spec"]
        assert pod["automountServiceAccountToken"] is False, name
        assert pod["securityContext"]["runAsNonRoot"] is True, name
        assert pod["securityContext"]["runAsUser"] in {10001, 99}, name
        for container in containers(made):
            assert container["securityContext"] == {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }, name
            assert set(container["resources"]) == {"requests", "limits"}, name


def test_every_http_process_is_asked_how_it_is(objects: list[Manifest]) -> None:
    for service in SERVICES:
        (container,) = containers(named(objects, "Deployment")[f"{service}-api"])
        asked = f"/api/{service}/health/ready"
        assert container["readinessProbe"]["httpGet"] == {"path": asked, "port": "http"}
        assert container["startupProbe"]["httpGet"] == {"path": asked, "port": "http"}
        assert "livenessProbe" in container
    (_, edge) = containers(named(objects, "Deployment")["edge"])
    assert {probe: edge[probe]["httpGet"]["scheme"] for probe in ("readinessProbe", "livenessProbe")} == {
        "readinessProbe": "HTTPS",
        "livenessProbe": "HTTPS",
    }


def test_every_deployment_has_a_budget_and_every_api_scales(objects: list[Manifest]) -> None:
    deployments = named(objects, "Deployment")
    budgets = named(objects, "PodDisruptionBudget")

    assert set(budgets) == set(deployments)
    for name, budget in budgets.items():
        selector = budget["spec"]["selector"]
        meant = [each for each, made in deployments.items() if selects(selector, labels_of(made))]
        assert meant == [name]
    scaled = named(objects, "HorizontalPodAutoscaler")
    assert set(scaled) == {name for name in deployments if name.endswith("-api")}
    assert all("replicas" not in deployments[name]["spec"] for name in scaled)
    assert scaled["dispute-mediation-api"]["spec"]["maxReplicas"] == 12
    assert scaled["exchange-api"]["spec"]["maxReplicas"] == 6


def test_a_service_leads_to_its_own_processes(objects: list[Manifest]) -> None:
    for name, service in named(objects, "Service").items():
        selector = {"matchLabels": service["spec"]["selector"]}
        meant = {each for each, made in pods(objects).items() if selects(selector, labels_of(made))}
        assert meant == {name}


def test_the_topics_are_the_declared_ones(objects: list[Manifest], tmp_path: Path) -> None:
    file = tmp_path / "topics.toml"
    file.write_text(named(objects, "ConfigMap")["topics"]["data"]["topics.toml"], encoding="utf-8")

    assert declared_topics(file=file) == declared_topics()


def test_the_jobs_come_before_the_processes(objects: list[Manifest]) -> None:
    for made in (*named(objects, "Job").values(), named(objects, "ConfigMap")["topics"]):
        assert made["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    for job in named(objects, "Job").values():
        for container in containers(job):
            assert "envFrom" not in container, "no ConfigMap is there before the release"
