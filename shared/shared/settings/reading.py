"""How settings are read: from `GONGZHI_…` variables, each fault answered with the variable and the cure."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NoReturn, Self, TypeVar

from pydantic import Field, ValidationError, model_validator
from pydantic.fields import FieldInfo
from pydantic_core import ErrorDetails, PydanticCustomError
from pydantic_settings import BaseSettings, SettingsConfigDict, SettingsError

__all__ = [
    "PREFIX",
    "DevelopmentDefault",
    "Environment",
    "Settings",
    "SettingsRefused",
    "load",
    "parts",
    "refuse",
]

PREFIX: Final = "GONGZHI_"
# The fault of a whole class names its variables itself.
_WHOLE_CLASS: Final = "development_default"


class Environment(StrEnum):
    """Where the process runs; all but development is production."""

    DEVELOPMENT = "development"
    PRODUCTION = "production"


@dataclass(frozen=True, slots=True)
class DevelopmentDefault:
    """Marks a setting whose default is for development only; production is told the cure."""

    zh: str
    en: str


class Settings(BaseSettings):
    """The base of all: frozen, no value shown in errors, development defaults refused in production."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, frozen=True, extra="ignore", hide_input_in_errors=True, populate_by_name=True
    )

    environment: Environment = Field(default=Environment.DEVELOPMENT, validation_alias=f"{PREFIX}ENVIRONMENT")

    @property
    def production(self) -> bool:
        """Say whether this is anything but a developer's machine."""
        return self.environment is not Environment.DEVELOPMENT

    @classmethod
    def variable(cls, field: str) -> str:
        """Return the environment variable of a field."""
        alias = cls.model_fields[field].validation_alias if field in cls.model_fields else None
        return alias if isinstance(alias, str) else f"{cls.model_config['env_prefix']}{field}".upper()

    @model_validator(mode="after")
    def _refuse_development_defaults(self) -> Self:
        faults = [
            f"{self.variable(name)}: {marker.zh} / {marker.en}"
            for name, field, marker in self._development_defaults()
            if self.production and getattr(self, name) == field.default
        ]
        if faults:
            message = "\n".join(faults)
            kind = _WHOLE_CLASS
            raise PydanticCustomError(kind, "{message}", {"message": message})
        return self

    @classmethod
    def _development_defaults(cls) -> Iterator[tuple[str, FieldInfo, DevelopmentDefault]]:
        for name, field in cls.model_fields.items():
            for marker in field.metadata:
                if isinstance(marker, DevelopmentDefault):
                    yield name, field, marker


def refuse(*, zh: str, en: str) -> NoReturn:
    """Refuse a value in a validator: what is wrong and what to do, in both languages."""
    kind = "refused"
    raise PydanticCustomError(kind, "{sentence}", {"sentence": f"{zh} / {en}"})


def parts(value: object) -> object:
    """Split a list that is written with commas."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


class SettingsRefused(Exception):  # noqa: N818 - named as the fact it states, as all refusals are
    """The settings of this process cannot be used; the message names each variable and its cure."""


Kind = TypeVar("Kind", bound=Settings)


def load(kind: type[Kind], **given: object) -> Kind:
    """Read one settings class; values given here win over the environment. Raises SettingsRefused."""
    try:
        return kind.model_validate(given)
    except ValidationError as refused:
        lines = [_line(kind, error) for error in refused.errors(include_input=False, include_url=False)]
    except SettingsError as unreadable:
        lines = [str(unreadable)]
    message = "\n".join(["设置有误，未启动 / These settings are refused:", *lines])
    raise SettingsRefused(message)


def _line(kind: type[Settings], error: ErrorDetails) -> str:
    if error["type"] == _WHOLE_CLASS:
        return error["msg"]
    field = str(error["loc"][0]) if error["loc"] else "*"
    variable = field if field.startswith(PREFIX) else kind.variable(field)
    return f"{variable}: {error['msg']}"
