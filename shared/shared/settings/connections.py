"""What a process is connected to: the database, the bus, the web pages that may call."""

from enum import StrEnum
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, SecretStr, StringConstraints, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.settings.reading import PREFIX, DevelopmentDefault, Settings, parts, refuse

__all__ = ["BusKind", "BusSettings", "DatabaseSettings", "OriginSettings"]


class DatabaseSettings(Settings):
    """The PostgreSQL server. Without an admin URL the one box starts a server of its own."""

    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}DATABASE_")

    url: Annotated[
        SecretStr | None,
        DevelopmentDefault(
            "生产环境须指定数据库，例如 postgresql://estate_registry:口令@主机:5432/gongzhi",
            "production must name its database, such as postgresql://estate_registry:password@host:5432/gongzhi",
        ),
    ] = None
    admin_url: SecretStr | None = None
    pool_min: Annotated[int, Field(ge=0, le=100)] = 1
    pool_max: Annotated[int, Field(ge=1, le=100)] = 8
    statement_timeout_ms: Annotated[int, Field(ge=100, le=600_000)] = 30_000

    @model_validator(mode="after")
    def _pool_in_order(self) -> Self:
        if self.pool_min > self.pool_max:
            refuse(zh="POOL_MIN 不能大于 POOL_MAX", en="POOL_MIN must not be over POOL_MAX")
        return self


class BusKind(StrEnum):
    """What carries the facts between the services."""

    POSTGRES = "postgres"
    KAFKA = "kafka"


class BusSettings(Settings):
    """The carrier of facts: PostgreSQL in the one box, Kafka between many processes."""

    bus: BusKind = BusKind.POSTGRES
    kafka_servers: Annotated[tuple[str, ...], NoDecode, BeforeValidator(parts), Field(min_length=1)] = (
        "127.0.0.1:9092",
    )


Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:[0-9]{1,5})?$")]


class OriginSettings(Settings):
    """Whose web pages may call the platform: origins as a browser names them, separated by commas."""

    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}EDGE_")

    allowed_origins: Annotated[tuple[Origin, ...], NoDecode, BeforeValidator(parts)] = ()
