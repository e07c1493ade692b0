"""Prometheus finds every process of every form, and the orchestrators ask how the message processes are."""

from pathlib import Path
from typing import Any, Final

import pytest
from ruamel.yaml import YAML

from onebox.distributed.plan import TARGETS
from tests.deploy.chart import (
    EXAMPLE,
    NAMESPACE,
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
from tests.deploy.environments import SERVICES

OBSERVABILITY: Final = ROOT / "deploy" / "observability"
KINDS: Final = ("api", "worker")
EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - inside a container


def read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = YAML(typ="safe").load(path)
    return found


def discovery(form: str, kind: str) -> dict[str, Any]:
    """Return how the job `gongzhi` finds the processes of a form."""
    jobs = read(OBSERVABILITY / f"{form}.yml")["scrape_configs"]
    (job,) = [each for each in jobs if each["job_name"] == "gongzhi"]
    (found,) = job[f"{kind}_sd_configs"]
    return {**found, "relabel_configs": job.get("relabel_configs", [])}


@pytest.fixture(scope="module")
def compose() -> dict[str, Any]:
    services: dict[str, Any] = read(ROOT / "docker-compose.yml")["services"]
    return services


@pytest.fixture(scope="module")
def objects() -> list[Manifest]:
    return rendered(EXAMPLE)


def test_prometheus_finds_every_process_of_compose(compose: dict[str, Any]) -> None:
    found = discovery("prometheus-compose", "dns")

    measured = {
        name for name, each in compose.items() if "GONGZHI_METRICS_PORT" in each.get("environment", {})
    }
    assert set(found["names"]) == measured == {f"{name}-{kind}" for name in SERVICES for kind in KINDS}
    for name in measured:
        told = compose[name]["environment"]
        assert (told["GONGZHI_METRICS_HOST"], told["GONGZHI_METRICS_PORT"]) == (
            EVERYWHERE,
            str(found["port"]),
        )
        assert "data" in compose[name]["networks"]
        assert "ports" not in compose[name]


def test_prometheus_finds_what_was_started_without_docker() -> None:
    (file,) = discovery("prometheus", "file")["files"]

    assert (OBSERVABILITY / file).resolve() == ROOT / ".gongzhi" / "processes" / TARGETS


def test_compose_asks_every_worker_whether_its_loops_go_round(compose: dict[str, Any]) -> None:
    for service in SERVICES:
        worker = compose[f"{service}-worker"]
        port = worker["environment"]["GONGZHI_METRICS_PORT"]
        assert f"http://127.0.0.1:{port}/health/live" in worker["healthcheck"]["test"][-1]


def test_kubernetes_asks_every_worker_whether_its_loops_go_round(objects: list[Manifest]) -> None:
    for service in SERVICES:
        (worker,) = containers(named(objects, "Deployment")[f"{service}-worker"])
        asked = {probe: worker[f"{probe}Probe"]["httpGet"] for probe in ("startup", "readiness", "liveness")}
        assert asked == {
            "startup": {"path": "/health/live", "port": "metrics"},
            "readiness": {"path": "/health/ready", "port": "metrics"},
            "liveness": {"path": "/health/live", "port": "metrics"},
        }


def test_prometheus_finds_every_process_of_the_chart_and_may_reach_it(objects: list[Manifest]) -> None:
    found = discovery("prometheus-kubernetes", "kubernetes")
    keep = found["relabel_configs"][0]
    assert keep["source_labels"] == [
        "__meta_kubernetes_pod_label_app_kubernetes_io_name",
        "__meta_kubernetes_pod_container_port_name",
    ]
    assert (found["namespaces"]["names"], keep["action"]) == ([NAMESPACE], "keep")

    secrets = {name: dict.fromkeys(_variables(objects), "x") for name in ("gongzhi-services",)}
    for service in SERVICES:
        for kind in KINDS:
            made = pods(objects)[f"{service}-{kind}"]
            (container,) = containers(made)
            (port,) = [each["containerPort"] for each in container["ports"] if each["name"] == "metrics"]
            told = environment_of(container, objects=objects, secrets=secrets)
            assert (told["GONGZHI_METRICS_HOST"], told["GONGZHI_METRICS_PORT"]) == (EVERYWHERE, str(port))
            assert f"{labels_of(made)['app.kubernetes.io/name']}/metrics" == keep["regex"]
            assert EXAMPLE["networkPolicy"]["metricsFrom"] in _callers(objects, f"{service}-{kind}", port)


def _variables(objects: list[Manifest]) -> set[str]:
    """Return every key of a secret that a process asks for."""
    return {
        variable["valueFrom"]["secretKeyRef"]["key"]
        for made in pods(objects).values()
        for container in containers(made)
        for variable in container.get("env", [])
        if "valueFrom" in variable
    }


def _callers(objects: list[Manifest], pod: str, port: int) -> list[Any]:
    labels = labels_of(pods(objects)[pod])
    policies = [each["spec"] for each in named(objects, "NetworkPolicy").values()]
    rules = [
        rule
        for policy in policies
        if selects(policy["podSelector"], labels)
        for rule in policy.get("ingress", [])
    ]
    return [rule["from"] for rule in rules if {"protocol": "TCP", "port": port} in rule["ports"]]


def test_without_a_peer_nobody_reaches_the_metrics(objects: list[Manifest]) -> None:
    closed = rendered(EXAMPLE | {"networkPolicy": {"metricsFrom": []}})

    assert _callers(objects, "exchange-worker", 9464)
    assert _callers(closed, "exchange-worker", 9464) == []
