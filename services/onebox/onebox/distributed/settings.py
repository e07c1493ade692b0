"""What the distributed form is told, and what it tells its processes."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from onebox.box import BoxSettings, Cluster
from onebox.signing_in import IDENTITY_PREFIX
from shared.service import Service
from shared.settings import (
    BusKind,
    BusSettings,
    DatabaseSettings,
    Environment,
    IdentitySettings,
    LoginSettings,
    PlatformSettings,
    SecretSettings,
    ServerSettings,
    load,
)

__all__ = ["environment_of", "settings_in"]

POOL_MAX: Final = 6


def settings_in(folder: Path, *, port: int) -> BoxSettings:
    """Return the settings of a platform that keeps everything in a folder, its edge on a port."""
    server = load(ServerSettings, port=port, data=folder)
    issuer = f"http://{server.host}:{port}{IDENTITY_PREFIX}".rstrip("/")
    return BoxSettings(
        data=folder,
        platform=load(PlatformSettings),
        server=server,
        database=load(DatabaseSettings),
        bus=load(BusSettings, bus=BusKind.KAFKA),
        identity=load(IdentitySettings, issuer=issuer),
        logins=load(LoginSettings),
        secrets=load(SecretSettings),
    )


def environment_of(
    service: Service | None,
    *,
    settings: BoxSettings,
    cluster: Cluster,
    kafka: str,
    jwks_file: Path,
    metrics_port: int | None = None,
) -> Mapping[str, str]:
    """Return the environment of a process: ours, with no setting of ours but those it needs.

    No process of a service knows the administrator's address, the login key or another service's password.
    Without a service it is that of the documentation, which has no metrics.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("GONGZHI_")}
    secrets = settings.secrets
    told = {
        "GONGZHI_ENVIRONMENT": Environment.DEVELOPMENT.value,
        "GONGZHI_TENANT": settings.platform.tenant,
        "GONGZHI_LOG_LEVEL": settings.platform.log_level,
        "GONGZHI_LOG_FORMAT": "json",
        "GONGZHI_BUS": BusKind.KAFKA.value,
        "GONGZHI_KAFKA_SERVERS": kafka,
        "GONGZHI_IDENTITY_ISSUER": settings.identity.issuer,
        "GONGZHI_IDENTITY_AUDIENCE": settings.identity.audience,
        "GONGZHI_IDENTITY_JWKS_FILE": str(jwks_file),
        "GONGZHI_CURSOR_KEY": secrets.cursor_key.get_secret_value(),
        "GONGZHI_BLIND_INDEX_KEY": secrets.blind_index_key.get_secret_value(),
        "GONGZHI_SEAL_KEYS": secrets.seal_keys.get_secret_value(),
    }
    if service is None:
        return {**inherited, **told}
    measured = {} if metrics_port is None else {"GONGZHI_METRICS_PORT": str(metrics_port)}
    return {
        **inherited,
        **told,
        **measured,
        "GONGZHI_DATABASE_URL": cluster.dsn(service),
        "GONGZHI_DATABASE_POOL_MAX": str(POOL_MAX),
    }
