"""Who runs where: the processes of the platform, and the edge before them."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from gateway import DOCUMENTS, Backend, EdgeSettings
from onebox.box import BoxSettings, Cluster
from onebox.distributed.process import ServiceProcess
from onebox.distributed.settings import environment_of
from onebox.services import SERVICES
from shared.clusters import free_ports
from shared.service import Service
from shared.settings import OriginSettings, load

__all__ = ["Plan"]

MOST_CONNECTIONS: Final = 1000
TARGETS: Final = "metrics.json"


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What all processes have in common, and their ports.

    `ports` are the HTTP processes' by the services' names, `metrics_ports` by the processes' own names.
    """

    settings: BoxSettings
    cluster: Cluster
    kafka: str
    jwks_file: Path
    ports: Mapping[str, int]
    metrics_ports: Mapping[str, int]

    @classmethod
    def on_free_ports(cls, *, settings: BoxSettings, cluster: Cluster, kafka: str, jwks_file: Path) -> "Plan":
        """Choose a free port for each HTTP process, and for the metrics of each process of a service."""
        names = [*(service.name for service in SERVICES), DOCUMENTS]
        measured = [f"{service.name}.{kind}" for service in SERVICES for kind in ("work", "serve")]
        free = free_ports(len(names) + len(measured))
        return cls(
            settings=settings,
            cluster=cluster,
            kafka=kafka,
            jwks_file=jwks_file,
            ports=dict(zip(names, free, strict=False)),
            metrics_ports=dict(zip(measured, free[len(names) :], strict=True)),
        )

    def processes(self) -> Mapping[str, ServiceProcess]:
        """Return every process by its name, none of them started."""
        return {process.name: process for process in self._processes()}

    def edge(self, *, public_keys: list[Path], certificate: Path | None) -> EdgeSettings:
        """Return what the edge before them is told."""
        server, identity = self.settings.server, self.settings.identity
        return EdgeSettings(
            bind=f"{server.host}:{server.port}",
            public_keys=public_keys,
            issuer=identity.issuer,
            audience=identity.audience,
            backends=[
                Backend(service=name, servers=[f"127.0.0.1:{port}"]) for name, port in self.ports.items()
            ],
            certificate=certificate,
            allowed_origins=load(OriginSettings).allowed_origins,
            max_connections=MOST_CONNECTIONS,
            clock_skew_seconds=identity.clock_skew_seconds,
        )

    def write_targets(self) -> None:
        """Write where Prometheus finds every process, for its `file_sd_configs`."""
        targets = [
            {"targets": [f"127.0.0.1:{port}"], "labels": {"process": name}}
            for name, port in self.metrics_ports.items()
        ]
        file = self.settings.data / "processes" / TARGETS
        file.write_text(json.dumps(targets, indent=1), encoding="utf-8")

    def _processes(self) -> Iterator[ServiceProcess]:
        for service in SERVICES:
            yield self._process(f"{service.name}.work", ["work", service.name], service)
            yield self._process(f"{service.name}.serve", self._serving(service.name), service)
        yield self._process(f"{DOCUMENTS}.serve", self._serving(DOCUMENTS), None)

    def _serving(self, name: str) -> list[str]:
        return ["serve", name, "--port", str(self.ports[name])]

    def _process(self, name: str, words: list[str], service: Service | None) -> ServiceProcess:
        folder = self.settings.data / "processes"
        folder.mkdir(parents=True, exist_ok=True)
        environment = environment_of(
            service,
            settings=self.settings,
            cluster=self.cluster,
            kafka=self.kafka,
            jwks_file=self.jwks_file,
            metrics_port=self.metrics_ports.get(name),
        )
        return ServiceProcess(name=name, words=words, folder=folder, environment=environment)
