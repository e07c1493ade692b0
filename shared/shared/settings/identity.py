"""Whose tokens are accepted, and where their keys are published."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from shared.settings.reading import PREFIX, DevelopmentDefault, Settings, parts, refuse

__all__ = ["IdentitySettings", "SigningAlgorithm"]


class SigningAlgorithm(StrEnum):
    """The signatures a token may bear; symmetric ones are not among them, and none is no signature."""

    RS256 = "RS256"
    ES256 = "ES256"
    EDDSA = "EdDSA"


class IdentitySettings(Settings):
    """The one issuer, for whom its tokens must be meant, and how far clocks may differ."""

    model_config = SettingsConfigDict(env_prefix=f"{PREFIX}IDENTITY_")

    issuer: Annotated[
        str,
        DevelopmentDefault(
            "生产环境须填写统一身份认证的签发者地址",
            "production must name the issuer of the unified identity service",
        ),
    ] = "http://127.0.0.1:8000/identity"
    audience: Annotated[str, Field(min_length=1)] = "gongzhi"
    jwks_url: str | None = None
    jwks_file: Path | None = None
    jwks_refresh_seconds: Annotated[int, Field(ge=1, le=3600)] = 30
    # 30 days at most (domain, 11); a district may allow less, not more.
    most_delegation_days: Annotated[int, Field(ge=1, le=30)] = 30
    clock_skew_seconds: Annotated[int, Field(ge=0, le=300)] = 30
    algorithms: Annotated[
        tuple[SigningAlgorithm, ...], NoDecode, BeforeValidator(parts), Field(min_length=1)
    ] = tuple(SigningAlgorithm)

    @model_validator(mode="after")
    def _keys_are_published_in_one_place(self) -> Self:
        given = [source for source in (self.jwks_url, self.jwks_file) if source is not None]
        if len(given) > 1 or (self.production and not given):
            refuse(
                zh="JWKS_URL 与 JWKS_FILE 只填其一，生产环境必填",
                en="give one of JWKS_URL and JWKS_FILE; production needs it",
            )
        return self

    @model_validator(mode="after")
    def _keys_travel_safely(self) -> Self:
        if self.production and self.jwks_url is not None and not self.jwks_url.startswith("https://"):
            refuse(
                zh="生产环境的 JWKS_URL 须以 https:// 开头",
                en="in production JWKS_URL must begin with https://",
            )
        return self
