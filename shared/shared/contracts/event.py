"""The base of every published fact."""

from typing import ClassVar

from pydantic import BaseModel, ConfigDict

__all__ = ["Event"]


class Event(BaseModel):
    """A fact another context may rely on: past tense, frozen, versioned, free of level-2 personal data.

    `name` is `nz.<context>.<Name>.v<version>`; a change of meaning is a new class with a new version,
    published beside the old one.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: ClassVar[str]
    pii_level: ClassVar[int] = 0

    @classmethod
    def context(cls) -> str:
        """Return the context that publishes the fact, such as `estate-registry`."""
        return cls.name.split(".")[1]

    @classmethod
    def topic(cls) -> str:
        """Return the topic the fact travels on: one per context, keyed by its subject."""
        return f"nz.{cls.context()}.events"

    @classmethod
    def schema_version(cls) -> int:
        """Return the version that the name carries."""
        return int(cls.name.rpartition(".v")[2])
