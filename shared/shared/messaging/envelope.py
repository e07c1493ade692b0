"""The envelope of every event: a CloudEvent with our attributes (domain, 10).

Extension attributes are lower-case letters and digits, as CloudEvents demands: `territorycode`, `tenant`,
`actorunit`, `actorrole`, `traceparent`, `causationid`, `schemaversion`, `piilevel`, `subjectversion`.
The acting person stays in the journal and never travels.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from shared.messaging.cloudevents import JSON, SPEC_VERSION, CloudEvent, MalformedMessage

__all__ = ["Message", "dataschema_of", "topic_of"]

_NUMBERS: Final = ("subjectversion", "schemaversion", "piilevel")
_TYPE_PARTS: Final = 4


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
        attributes = {
            "specversion": SPEC_VERSION,
            "id": str(self.id),
            "source": self.source,
            "type": self.type,
            "subject": self.subject,
            "time": _rfc3339(self.time),
            "datacontenttype": JSON,
            "dataschema": self.dataschema,
            "subjectversion": str(self.subject_version),
            "tenant": self.tenant,
            "actorrole": self.role,
            "schemaversion": str(self.schema_version),
            "piilevel": str(self.pii_level),
        }
        return attributes | self._optional_attributes()

    def _optional_attributes(self) -> dict[str, str]:
        values = {
            "territorycode": self.territory,
            "actorunit": self.unit,
            "traceparent": self.traceparent,
            "causationid": self.causation_id,
        }
        return {name: str(value) for name, value in values.items() if value}

    def kafka_headers(self) -> list[tuple[str, bytes]]:
        """Return the headers of the binary mode; the payload is `data`."""
        return CloudEvent(self.attributes(), self.data).kafka_headers()

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
        return cls.from_cloudevent(CloudEvent.from_kafka(headers, data))

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


def _read(texts: Mapping[str, str], data: bytes) -> Message:
    causation = texts.get("causationid")
    return Message(
        id=UUID(texts["id"]),
        source=texts["source"],
        type=texts["type"],
        subject=texts["subject"],
        subject_version=int(texts["subjectversion"]),
        time=_moment(texts["time"]),
        territory=texts.get("territorycode", ""),
        role=texts["actorrole"],
        tenant=texts["tenant"],
        schema_version=int(texts["schemaversion"]),
        dataschema=texts["dataschema"],
        pii_level=int(texts["piilevel"]),
        unit=texts.get("actorunit"),
        traceparent=texts.get("traceparent"),
        causation_id=UUID(causation) if causation else None,
        data=data,
    )


def topic_of(event_type: str) -> str:
    """Return the topic of `nz.<context>.<Name>.v<version>`; raise ValueError for any other name."""
    parts = event_type.split(".")
    if len(parts) != _TYPE_PARTS:
        message = f"Not the name of a fact: {event_type!r}."
        raise ValueError(message)
    return f"{parts[0]}.{parts[1]}.events"


def dataschema_of(event_type: str) -> str:
    """Return the URI that names the JSON Schema of the payload."""
    return f"urn:gongzhi:schema:{event_type}"


def _rfc3339(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        message = f"A time without its offset: {text}."
        raise ValueError(message)
    return moment.astimezone(UTC)
