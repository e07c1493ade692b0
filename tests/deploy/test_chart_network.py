"""Who may speak to whom in the chart, and the edge's files as its init container writes them."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import Final

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from gateway import check_configuration, find_haproxy
from onebox import deployment
from onebox.deployment import write_edge_files
from shared.clusters import ClusterUnfit
from shared.identity import DevelopmentIssuer, file_source
from shared.kernel import system_clock
from shared.settings import IdentitySettings, load
from tests.deploy.chart import (
    EXAMPLE,
    NAMESPACE,
    RELEASE,
    Manifest,
    containers,
    environment_of,
    labels_of,
    named,
    pods,
    rendered,
    selects,
)
from tests.deploy.environments import SERVICES, enter

DATABASE: Final = 5432
KAFKA: Final = 9092
HTTP: Final = 8000
HTTPS: Final = 8443
EDGE_METRICS: Final = 8405
METRICS: Final = 9464
IDENTITY: Final = 443
NAMES: Final = 53


@pytest.fixture(scope="module")
def objects() -> list[Manifest]:
    return rendered(EXAMPLE)


def policies_of(objects: list[Manifest], pod: str) -> list[Manifest]:
    labels = labels_of(pods(objects)[pod])
    found = named(objects, "NetworkPolicy").values()
    return [each["spec"] for each in found if selects(each["spec"]["podSelector"], labels)]


def reached(objects: list[Manifest], pod: str, way: str) -> set[int]:
    """Return the ports that a pod may be reached on (`ingress`), or may reach (`egress`)."""
    rules = [rule for policy in policies_of(objects, pod) for rule in policy.get(way, [])]
    return {port["port"] for rule in rules for port in rule["ports"]}


def test_every_pod_is_closed_both_ways_unless_opened(objects: list[Manifest]) -> None:
    for name in pods(objects):
        kinds = {kind for policy in policies_of(objects, name) for kind in policy["policyTypes"]}
        assert kinds == {"Ingress", "Egress"}, name


def test_only_the_edge_is_reached_from_outside(objects: list[Manifest]) -> None:
    for name in pods(objects):
        opened = [rule for policy in policies_of(objects, name) for rule in policy.get("ingress", [])]
        to_all = {port["port"] for rule in opened if "from" not in rule for port in rule["ports"]}
        assert to_all == ({HTTPS} if name == "edge" else set()), name


def test_the_edges_metrics_are_for_whom_the_values_name(objects: list[Manifest]) -> None:
    (rule,) = [
        rule
        for policy in policies_of(objects, "edge")
        for rule in policy.get("ingress", [])
        if "from" in rule
    ]

    assert rule["from"] == EXAMPLE["networkPolicy"]["metricsFrom"]
    assert rule["ports"] == [{"protocol": "TCP", "port": EDGE_METRICS}]
    closed = rendered(EXAMPLE | {"networkPolicy": {"metricsFrom": []}})
    assert reached(closed, "edge", "ingress") == {HTTPS}


def test_an_api_is_called_by_the_edge_alone(objects: list[Manifest]) -> None:
    for service in SERVICES:
        rules = [
            rule for policy in policies_of(objects, f"{service}-api") for rule in policy.get("ingress", [])
        ]
        callers = {
            name
            for rule in rules
            for peer in rule["from"]
            for name, made in pods(objects).items()
            if {"protocol": "TCP", "port": HTTP} in rule["ports"]
            and selects(peer["podSelector"], labels_of(made))
        }
        assert (callers, reached(objects, f"{service}-api", "ingress")) == ({"edge"}, {HTTP, METRICS})


def test_each_process_reaches_what_it_works_with(objects: list[Manifest]) -> None:
    for service in SERVICES:
        assert reached(objects, f"{service}-api", "egress") == {NAMES, DATABASE, IDENTITY}
        assert reached(objects, f"{service}-worker", "egress") == {NAMES, DATABASE, KAFKA}
        assert reached(objects, f"{service}-worker", "ingress") == {METRICS}
    assert reached(objects, "gateway-api", "egress") == {NAMES, IDENTITY}
    assert reached(objects, "migrate", "egress") == {NAMES, DATABASE}
    assert reached(objects, "topics", "egress") == {NAMES, KAFKA}
    assert reached(objects, "edge", "egress") == {NAMES, HTTP, IDENTITY}


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Lay down chain and private key as Kubernetes mounts the secret."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "edge.example.test")])
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(system_clock() - timedelta(minutes=5))
        .not_valid_after(system_clock() + timedelta(days=1))
        .sign(key, hashes.SHA256())
    )
    chain = tmp_path / "edge.pem"
    chain.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (tmp_path / "edge.pem.key").write_bytes(private)
    return chain


async def test_the_edge_of_the_chart_is_one_that_haproxy_takes(
    objects: list[Manifest], certificate: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    edge = named(objects, "Deployment")["edge"]
    (files, _) = containers(edge)
    environment = environment_of(files, objects=objects, secrets={})
    mounted = {item["path"] for item in edge["spec"]["template"]["spec"]["volumes"][2]["secret"]["items"]}
    assert environment["GONGZHI_EDGE_CERTIFICATE"] == "/certificates/edge.pem"
    assert mounted == {"edge.pem", "edge.pem.key"}
    issuer = DevelopmentIssuer.open(folder=tmp_path / "issuer", settings=load(IdentitySettings))

    asked: list[str] = []

    def source(url: str) -> Callable[[], Awaitable[bytes]]:
        asked.append(url)
        return file_source(issuer.jwks_file)

    monkeypatch.setattr(deployment, "url_source", source)
    enter(monkeypatch, environment | {"GONGZHI_EDGE_CERTIFICATE": str(certificate)})

    configuration = await write_edge_files(tmp_path / "edge")

    text = configuration.read_text(encoding="utf-8")
    assert asked == [EXAMPLE["identity"]["jwksUrl"]]
    for service in SERVICES:
        assert f"{RELEASE}-{service}-api.{NAMESPACE}.svc.cluster.local:{HTTP}" in text
        assert f"{service}-api" in named(objects, "Service")
    try:
        find_haproxy()
    except ClusterUnfit as missing:
        pytest.skip(missing.sentence("en"))
    check_configuration(configuration)
