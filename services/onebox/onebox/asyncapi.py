"""The AsyncAPI 3 document: every fact, on which topic, in which headers, who sends it, who receives it.

A message is a CloudEvent in the binary mode of Kafka: the attributes are headers, the value is the fact.
"""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from shared.clusters import Topic
from shared.contracts import Event
from shared.contracts.schemas import Schema, snapshot
from shared.messaging import dataschema_of
from shared.service import Service

__all__ = ["asyncapi_document"]

Document = dict[str, Any]

# What AsyncAPI 3 reads without naming a format is a draft of JSON Schema without `$defs` and these.
_OURS_ALONE: Final = ("$schema", "$defs", "x-topic")
_BINDING: Final = "0.5.0"
_ABOUT: Final = """老旧小区物业服务治理平台的领域事件 / The events of the platform for old estates.

Published after their transaction commits, at least once, in order per subject, on one topic per context."""
_HEADERS_REF: Final = {"$ref": "#/components/schemas/Headers"}
_TEXT: Final = {"type": "string", "minLength": 1}
_DIGITS: Final = {"type": "string", "pattern": "^[0-9]+$"}
_UUID: Final = {"type": "string", "format": "uuid"}
_HEADERS: Final[Mapping[str, Schema]] = {
    "content-type": {"type": "string", "const": "application/json"},
    "ce_specversion": {"type": "string", "const": "1.0"},
    "ce_id": {**_UUID, "description": "Of the event, the same at every repetition: drop what is known."},
    "ce_source": {**_TEXT, "format": "uri-reference", "description": "The service that says it."},
    "ce_type": {**_TEXT, "description": "The fact and its version."},
    "ce_subject": {**_TEXT, "description": "What it is about, and the key of the Kafka message."},
    "ce_time": {"type": "string", "format": "date-time", "description": "When it was recorded, in UTC."},
    "ce_dataschema": {
        **_TEXT,
        "format": "uri",
        "description": "The JSON Schema of the value; the gateway shows it at `/api/schemas/` and this name.",
    },
    "ce_subjectversion": {**_DIGITS, "description": "Counts the subject's events from 1, without a gap."},
    "ce_schemaversion": _DIGITS,
    "ce_piilevel": {"type": "string", "enum": ["0", "1"], "description": "Level of personal data."},
    "ce_tenant": {**_TEXT, "description": "The district."},
    "ce_actorrole": {**_TEXT, "description": "In which role it was done; the person never travels."},
    "ce_actorunit": {**_TEXT, "description": "For which unit it was done."},
    "ce_territorycode": {"type": "string", "pattern": "^[0-9]{2,12}$"},
    "ce_traceparent": {**_TEXT, "description": "The W3C trace it belongs to."},
    "ce_causationid": {**_UUID, "description": "The `ce_id` of the event it follows from."},
}
_NOT_ALWAYS: Final = ("ce_actorunit", "ce_territorycode", "ce_traceparent", "ce_causationid")


def asyncapi_document(
    *, catalogue: Mapping[str, type[Event]], services: Sequence[Service], topics: Sequence[Topic]
) -> Document:
    """Return the document of all facts of a catalogue, sent and received by these services."""
    return {
        "asyncapi": "3.0.0",
        "id": "urn:gongzhi:events",
        "info": {
            "title": "共治 Gongzhi",
            "version": "1",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0"},
        },
        "defaultContentType": "application/json",
        "servers": {"bus": _SERVER},
        "channels": {topic.name: _channel(topic, _on(topic, catalogue)) for topic in topics},
        "operations": {name: each for service in services for name, each in _operations(service, catalogue)},
        "components": {
            "schemas": {"Headers": _headers()},
            "messages": {name: _message(fact) for name, fact in catalogue.items()},
        },
    }


_SERVER: Final[Document] = {
    "host": "{servers}",
    "protocol": "kafka",
    "description": "The cluster of the distributed form.",
    "variables": {"servers": {"default": "kafka:9092", "description": "As in GONGZHI_KAFKA_SERVERS."}},
}


def _on(topic: Topic, catalogue: Mapping[str, type[Event]]) -> list[type[Event]]:
    return [fact for fact in catalogue.values() if fact.topic() == topic.name]


def _channel(topic: Topic, facts: Sequence[type[Event]]) -> Document:
    return {
        "address": topic.name,
        "messages": {fact.name: {"$ref": f"#/components/messages/{fact.name}"} for fact in facts},
        "bindings": {
            "kafka": {
                "topic": topic.name,
                "partitions": topic.partitions,
                "topicConfiguration": {
                    "cleanup.policy": [topic.cleanup],
                    "retention.ms": int(topic.settings()["retention.ms"]),
                },
                "bindingVersion": _BINDING,
            }
        },
    }


def _operations(service: Service, catalogue: Mapping[str, type[Event]]) -> Iterator[tuple[str, Document]]:
    """Yield what a service sends, and what it receives from each topic."""
    sent = [name for name, fact in catalogue.items() if fact.topic() == service.topic]
    yield f"{service.name}.sends", _operation("send", service, service.topic, sent)
    heard = [fact for fact in catalogue.values() if fact in service.subscriptions]
    for topic in dict.fromkeys(fact.topic() for fact in heard):
        names = [fact.name for fact in heard if fact.topic() == topic]
        yield f"{service.name}.receives.{topic}", _operation("receive", service, topic, names)


def _operation(action: str, service: Service, topic: str, names: Sequence[str]) -> Document:
    group = {"groupId": {"type": "string", "const": service.package}} if action == "receive" else {}
    return {
        "action": action,
        "channel": {"$ref": f"#/channels/{topic}"},
        "tags": [{"name": service.name}],
        "messages": [{"$ref": f"#/channels/{topic}/messages/{name}"} for name in names],
        "bindings": {"kafka": {**group, "bindingVersion": _BINDING}},
    }


def _message(fact: type[Event]) -> Document:
    return {
        "name": fact.name,
        "title": fact.__name__,
        "summary": inspect.cleandoc(fact.__doc__ or "").splitlines()[0],
        "contentType": "application/json",
        "headers": _headers_of(fact),
        "payload": _payload(snapshot(fact), at=f"#/components/messages/{fact.name}/payload"),
        "bindings": {"kafka": {"key": _HEADERS["ce_subject"], "bindingVersion": _BINDING}},
    }


def _headers() -> Document:
    return {
        "type": "object",
        "properties": dict(_HEADERS),
        "required": [name for name in _HEADERS if name not in _NOT_ALWAYS],
    }


def _headers_of(fact: type[Event]) -> Document:
    """Return the headers of a fact: those of all, with what is fixed for this one."""
    fixed = {
        "ce_type": fact.name,
        "ce_source": f"/{fact.context()}",
        "ce_dataschema": dataschema_of(fact.name),
        "ce_schemaversion": str(fact.schema_version()),
        "ce_piilevel": str(fact.pii_level),
    }
    constants = {name: {"type": "string", "const": value} for name, value in fixed.items()}
    return {"type": "object", "allOf": [_HEADERS_REF, {"type": "object", "properties": constants}]}


def _payload(schema: Schema, *, at: str) -> Schema:
    """Return a snapshot as AsyncAPI reads it: its definitions have a place, and references lead there."""
    own = {key: value for key, value in schema.items() if key not in _OURS_ALONE}
    definitions = {"definitions": schema["$defs"]} if "$defs" in schema else {}
    moved: Schema = _repoint({**own, **definitions}, at)
    return moved


def _repoint(part: Any, at: str) -> Any:  # noqa: ANN401 - any part of a JSON document
    if isinstance(part, dict):
        return {key: _led(value, at) if key == "$ref" else _repoint(value, at) for key, value in part.items()}
    return [_repoint(item, at) for item in part] if isinstance(part, list) else part


def _led(reference: str, at: str) -> str:
    return reference.replace("#/$defs/", f"{at}/definitions/")
