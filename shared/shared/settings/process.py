"""What a process must know of itself."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field

from shared.settings.reading import Settings

__all__ = ["LogFormat", "MetricsSettings", "PlatformSettings", "ServerSettings"]


class LogFormat(StrEnum):
    """How a log line looks: for machines or for eyes."""

    JSON = "json"
    READABLE = "readable"


class PlatformSettings(Settings):
    """Its environment, and how it logs."""

    log_level: Annotated[str, Field(pattern="^(?:DEBUG|INFO|WARNING|ERROR)$")] = "INFO"
    log_format: LogFormat | None = None
    # The district whose platform this is: the `tenant` of every event.
    tenant: Annotated[str, Field(pattern="^[0-9]{6}$")] = "610703"

    @property
    def log_style(self) -> LogFormat:
        """Return the format asked for; else JSON in production, readable in development."""
        return self.log_format or (LogFormat.JSON if self.production else LogFormat.READABLE)


class MetricsSettings(Settings):
    """Where a process answers Prometheus and probes; nowhere without a port. No public edge leads there."""

    metrics_host: str = "127.0.0.1"
    metrics_port: Annotated[int | None, Field(ge=1, le=65535)] = None


class ServerSettings(Settings):
    """Where it listens and keeps its files."""

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    data: Path = Path(".gongzhi")
