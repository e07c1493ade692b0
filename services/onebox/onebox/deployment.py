"""What a deployment needs beside its processes: the edge's files, secrets, the administrator's address."""

import base64
import secrets
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Final

import httpx
from joserfc.jwk import RSAKey
from pydantic import Field, SecretStr
from pydantic_settings import SettingsConfigDict

from gateway import DOCUMENTS, ROUTES, Backend, EdgeSettings, Limits, render
from shared.identity import DevelopmentIssuer, KeySetRefused, file_source, read_key_set, url_source
from shared.settings import (
    DevelopmentDefault,
    IdentitySettings,
    LoginSettings,
    OriginSettings,
    Settings,
    SigningAlgorithm,
    load,
)

__all__ = [
    "AdministratorSettings",
    "EdgeProcessSettings",
    "new_secrets",
    "public_key_files",
    "write_edge_files",
]

_READABLE_BY_ALL: Final = 0o644
_SECRET_BYTES: Final = 32


class AdministratorSettings(Settings):
    """The server as its administrator reaches it; only what prepares it is told."""

    model_config = SettingsConfigDict(env_prefix="GONGZHI_DATABASE_")

    admin_url: SecretStr | None = None


class EdgeProcessSettings(OriginSettings):
    """Where the edge of a deployment listens, and how it finds the processes behind it.

    `backend` is the address of a service's processes with `{service}` for its name. `resolver` is the name
    server that knows how many there are. `metrics_bind` is where Prometheus asks; it must not be public.
    """

    bind: str = "127.0.0.1:8443"
    backend: Annotated[str, Field(pattern=r"^[^{}]*\{service\}[^{}]*:[0-9]+$")] = "{service}-api:8000"
    resolver: str | None = None
    certificate: Annotated[
        Path | None,
        DevelopmentDefault(
            "生产环境须提供 PEM 证书文件（私钥与证书链），网关只用 TLS",
            "production must name a PEM file with key and certificate chain; its edge speaks TLS alone",
        ),
    ] = None
    metrics_bind: str = "127.0.0.1:8405"
    requests_per_10s: Annotated[int, Field(ge=1)] = 1000
    department_requests_per_10s: Annotated[int, Field(ge=1)] = 200


async def write_edge_files(folder: Path) -> Path:
    """Write HAProxy's configuration and the issuer's keys into a folder, and return the configuration.

    All of it is public. Raises KeySetRefused when the issuer publishes no key the edge can use.
    """
    settings = load(EdgeProcessSettings)
    identity = load(IdentitySettings)
    _make_development_issuer(identity)
    told = EdgeSettings(
        bind=settings.bind,
        public_keys=await public_key_files(identity, folder=folder),
        issuer=identity.issuer,
        audience=identity.audience,
        backends=[
            Backend(service=name, servers=[settings.backend.format(service=name)])
            for name in (*(route.service for route in ROUTES), DOCUMENTS)
        ],
        certificate=settings.certificate,
        resolver=settings.resolver,
        metrics_bind=settings.metrics_bind,
        allowed_origins=settings.allowed_origins,
        limits=Limits(
            requests_per_10s=settings.requests_per_10s,
            department_requests_per_10s=settings.department_requests_per_10s,
        ),
        clock_skew_seconds=identity.clock_skew_seconds,
    )
    return _write(folder / "haproxy.cfg", render(told).encode())


def _make_development_issuer(identity: IdentitySettings) -> None:
    """Make the key of a trial, which other processes then find by the same setting."""
    wanted = identity.jwks_file
    if wanted is not None and not wanted.exists() and not identity.production:
        DevelopmentIssuer.open(folder=wanted.parent, settings=identity)


async def public_key_files(identity: IdentitySettings, *, folder: Path) -> list[Path]:
    """Write each RSA key of the issuer's key set as a PEM file, and return them; raises KeySetRefused."""
    found = read_key_set(await _published(identity), algorithms=[SigningAlgorithm.RS256]).values()
    keys = [each.key for each in found if isinstance(each.key, RSAKey)]
    if not keys:
        message = "签发者没有可用的 RS256 公钥 / The issuer publishes no RS256 key."
        raise KeySetRefused(message)
    return [
        _write(folder / f"issuer-{number}.pem", key.as_pem(private=False))
        for number, key in enumerate(keys, start=1)
    ]


async def _published(identity: IdentitySettings) -> bytes:
    """Return the issuer's key set as it is published; raises KeySetRefused where it cannot be read."""
    url = identity.jwks_url or f"{identity.issuer}/jwks.json"
    source = url_source(url) if identity.jwks_file is None else file_source(identity.jwks_file)
    try:
        return await source()
    except (OSError, httpx.HTTPError, httpx.InvalidURL) as fault:
        place, told = identity.jwks_file or url, type(fault).__name__
        variables = f"{identity.variable('jwks_url')}, {identity.variable('jwks_file')}"
        message = (
            f"无法读取签发者的公钥 {place}（{told}），请核对 {variables} / "
            f"the issuer's keys cannot be read at {place} ({told}): see {variables}"
        )
        raise KeySetRefused(message) from fault


def _write(file: Path, content: bytes) -> Path:
    """Write a file that HAProxy's own account can read, whole or not at all."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(".new")
    draft.write_bytes(content)
    draft.chmod(_READABLE_BY_ALL)
    return draft.replace(file)


def new_secrets(*, schemas: Iterable[str]) -> Mapping[str, str]:
    """Return new random secrets of a deployment by their variables; each schema's login password too.

    The passwords follow from the login key, so that only what prepares the server needs to know that key.
    """
    made = {
        "GONGZHI_CURSOR_KEY": secrets.token_hex(_SECRET_BYTES),
        "GONGZHI_BLIND_INDEX_KEY": secrets.token_hex(_SECRET_BYTES),
        "GONGZHI_LOGIN_KEY": secrets.token_hex(_SECRET_BYTES),
        "GONGZHI_SEAL_KEYS": "k1:" + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode(),
        "POSTGRES_PASSWORD": secrets.token_hex(_SECRET_BYTES),
    }
    login = load(LoginSettings, environment="development", login_key=made["GONGZHI_LOGIN_KEY"])
    return {**made, **{f"{name.upper()}_PASSWORD": login.login_password(name) for name in schemas}}
