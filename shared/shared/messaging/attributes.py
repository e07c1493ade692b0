"""What many messages have in common: type, schema, origin, role, territory. Written and read once for all."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Final, NamedTuple
from uuid import UUID

from shared.messaging.cloudevents import (
    CONTENT_TYPE,
    JSON,
    PREFIX,
    SPEC_VERSION,
    CloudEvent,
    MalformedMessage,
)

__all__ = ["COMMON_HEADERS", "REMEMBERED", "Common", "attributes_of", "common_of", "headers_of"]

# Types, territories and units are few beside events: their texts are kept.
REMEMBERED: Final = 4_096

# In the order in which they are written.
_NAMES: Final = (
    "specversion",
    "source",
    "type",
    "datacontenttype",
    "dataschema",
    "tenant",
    "actorrole",
    "schemaversion",
    "piilevel",
    "territorycode",
    "actorunit",
)
COMMON_HEADERS: Final = tuple(CONTENT_TYPE if name == "datacontenttype" else PREFIX + name for name in _NAMES)
# Stands for what is a message's own while what it shares with others is judged.
_ANY_ID: Final = {"ce_id": str(UUID(int=0))}


class Common(NamedTuple):
    """The attributes as they are read; every other attribute is a message's own."""

    source: str
    type: str
    dataschema: str
    tenant: str
    role: str
    schema_version: int
    pii_level: int
    territory: str
    unit: str | None

    @classmethod
    def read(cls, texts: Mapping[str, str]) -> "Common":
        """Read the attributes; raise KeyError or ValueError for one that is missing or has no meaning."""
        return cls(
            source=texts["source"],
            type=texts["type"],
            dataschema=texts["dataschema"],
            tenant=texts["tenant"],
            role=texts["actorrole"],
            schema_version=int(texts["schemaversion"]),
            pii_level=int(texts["piilevel"]),
            territory=texts.get("territorycode", ""),
            unit=texts.get("actorunit"),
        )


@lru_cache(maxsize=REMEMBERED)
def attributes_of(common: Common) -> tuple[tuple[str, str], ...]:
    """Write the attributes; those without a value are left out."""
    texts = (
        SPEC_VERSION,
        common.source,
        common.type,
        JSON,
        common.dataschema,
        common.tenant,
        common.role,
        str(common.schema_version),
        str(common.pii_level),
        common.territory,
        common.unit,
    )
    return tuple((name, text) for name, text in zip(_NAMES, texts, strict=True) if text)


@lru_cache(maxsize=REMEMBERED)
def headers_of(common: Common) -> tuple[tuple[str, bytes], ...]:
    """Write the headers of Kafka's binary mode."""
    return tuple(CloudEvent(dict(attributes_of(common)), b"").kafka_headers())


@lru_cache(maxsize=REMEMBERED)
def common_of(texts: tuple[str | None, ...]) -> Common | None:
    """Read what COMMON_HEADERS say, None for one missing; return None when no message of ours says so."""
    headers = {name: text for name, text in zip(COMMON_HEADERS, texts, strict=True) if text is not None}
    try:
        return Common.read(CloudEvent.from_kafka(headers | _ANY_ID, b"").attributes)
    except (MalformedMessage, KeyError, ValueError):
        return None
