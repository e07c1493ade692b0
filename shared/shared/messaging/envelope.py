"""The envelope of every event: a CloudEvent with our attributes (domain, 10).

Extension attributes are lower-case letters and digits, as CloudEvents demands: `territorycode`, `tenant`,
`actorunit`, `actorrole`, `traceparent`, `causationid`, `schemaversion`, `piilevel`, `subjectversion`.
The acting person stays in the journal and never travels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final
from uuid import UUID

from shared.messaging.attributes import (
    COMMON_HEADERS,
    REMEMBERED,
    Common,
    attributes_of,
    common_of,
    headers_of,
)
from shared.messaging.cloudevents import PREFIX, CloudEvent, MalformedMessage, is_text

__all__ = ["Message", "dataschema_of", "schema_version_of", "topic_of"]

_NUMBERS: Final = ("subjectversion", "schemaversion", "piilevel")
_TYPE_PARTS: Final = 4
# The headers of a message's own that every message has, and those that only some have.
_OWN: Final = 4
_OPTIONAL: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """One recorded fact on its way. `data` is the JSON of the event; `time` is when it was recorded, in UTC.

    `subject` is the aggregate's id, the key on the bus; `subject_version` counts its events from 1
    without a gap. `territory` is a code (empty for the nation), `pii_level` 0 or 1: level 2 never travels.
    """

    id: UUID
    source: str
    type: str
    subject: str
    subject_version: int
    time: datetime
    territory: str
    role: str
    tenant: str
    schema_version: int
    dataschema: str
    pii_level: int
    data: bytes
    unit: str | None = None
    traceparent: str | None = None
    causation_id: UUID | None = None

    def attributes(self) -> dict[str, str]:
        """Return the CloudEvents attributes; those without a value are left out."""
        return dict([*attributes_of(self.common), *self._own_attributes()])

    def kafka_headers(self) -> list[tuple[str, bytes]]:
        """Return the headers of the binary mode; the payload is `data`."""
        own = [(PREFIX + name, text.encode()) for name, text in self._own_attributes()]
        return [*headers_of(self.common), *own]

    @property
    def common(self) -> Common:
        """Return what many messages have in common with this one."""
        return Common(
            self.source,
            self.type,
            self.dataschema,
            self.tenant,
            self.role,
            self.schema_version,
            self.pii_level,
            self.territory,
            self.unit,
        )

    def _own_attributes(self) -> list[tuple[str, str]]:
        attributes = [
            ("id", str(self.id)),
            ("subject", self.subject),
            ("time", _rfc3339(self.time)),
            ("subjectversion", str(self.subject_version)),
        ]
        if self.traceparent:
            attributes.append(("traceparent", self.traceparent))
        if self.causation_id:
            attributes.append(("causationid", str(self.causation_id)))
        return attributes

    def headers(self) -> dict[str, str]:
        """Return the headers of the binary mode as text."""
        return {name: text.decode() for name, text in self.kafka_headers()}

    def structured(self, *, as_text: bool = True) -> dict[str, object]:
        """Return the structured JSON form, the payload as JSON or base64; whole numbers are numbers there."""
        document = CloudEvent(self.attributes(), self.data).structured(as_text=as_text)
        return document | {name: int(str(document[name])) for name in _NUMBERS}

    @classmethod
    def from_headers(cls, headers: Mapping[str, str], data: bytes) -> "Message":
        """Read a Kafka message of either mode; raise MalformedMessage when it is not one of ours."""
        return _as_we_write(headers, data) or cls.from_cloudevent(CloudEvent.from_kafka(headers, data))

    @classmethod
    def from_structured(cls, document: object) -> "Message":
        """Read the structured JSON form; raise MalformedMessage when it is not one of ours."""
        return cls.from_cloudevent(CloudEvent.from_structured(document))

    @classmethod
    def from_cloudevent(cls, event: CloudEvent) -> "Message":
        """Read our attributes; raise MalformedMessage for one that is missing or has no meaning."""
        try:
            return _read(event.attributes, event.data)
        except (KeyError, ValueError) as error:
            message = f"Not a message of this platform: {type(error).__name__} {error}"
            raise MalformedMessage(message) from error


def _as_we_write(headers: Mapping[str, str], data: bytes) -> Message | None:
    """Read a message that has the headers we write and no others; None for one to be read with more care.

    What it has in common with others was judged with the first of them.
    """
    texts = tuple(map(headers.get, COMMON_HEADERS))
    common = common_of(texts)
    trace, cause = headers.get("ce_traceparent"), headers.get("ce_causationid")
    known = len(texts) - texts.count(None) + _OWN + _OPTIONAL - (trace, cause).count(None)
    if common is None or len(headers) != known:
        return None
    try:
        subject, version = headers["ce_subject"], headers["ce_subjectversion"]
        if not is_text(f"{subject}{trace}"):
            return None
        return _message(
            common, data, headers["ce_id"], subject, version, headers["ce_time"], trace=trace, cause=cause
        )
    except (KeyError, ValueError):
        return None


def _read(texts: Mapping[str, str], data: bytes) -> Message:
    return _message(
        Common.read(texts),
        data,
        texts["id"],
        texts["subject"],
        texts["subjectversion"],
        texts["time"],
        trace=texts.get("traceparent"),
        cause=texts.get("causationid"),
    )


def _message(
    common: Common,
    data: bytes,
    event_id: str,
    subject: str,
    version: str,
    time: str,
    *,
    trace: str | None,
    cause: str | None,
) -> Message:
    return Message(
        id=UUID(event_id),
        source=common.source,
        type=common.type,
        subject=subject,
        subject_version=int(version),
        time=_moment(time),
        territory=common.territory,
        role=common.role,
        tenant=common.tenant,
        schema_version=common.schema_version,
        dataschema=common.dataschema,
        pii_level=common.pii_level,
        data=data,
        unit=common.unit,
        traceparent=trace,
        causation_id=UUID(cause) if cause else None,
    )


@lru_cache(maxsize=REMEMBERED)
def topic_of(event_type: str) -> str:
    """Return the topic of `nz.<context>.<Name>.v<version>`; raise ValueError for any other name."""
    parts = event_type.split(".")
    if len(parts) != _TYPE_PARTS:
        message = f"Not the name of a fact: {event_type!r}."
        raise ValueError(message)
    return f"{parts[0]}.{parts[1]}.events"


@lru_cache(maxsize=REMEMBERED)
def dataschema_of(event_type: str) -> str:
    """Return the URI that names the JSON Schema of the payload."""
    return f"urn:gongzhi:schema:{event_type}"


@lru_cache(maxsize=REMEMBERED)
def schema_version_of(event_type: str) -> int:
    """Return the version at the end of the name of a fact."""
    return int(event_type.rpartition(".v")[2])


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat()[: -len("+00:00")] + "Z"


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"A time without its offset: {text}."
        raise ValueError(message)
    return moment.astimezone(UTC)
