"""CloudEvents 1.0 in a Kafka or an HTTP message: binary mode and structured JSON mode, read and written.

Attributes are kept as text, as both protocol bindings have them; what our own attributes mean is
`envelope`'s matter.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote, unquote

__all__ = ["CloudEvent", "MalformedMessage", "is_text"]

SPEC_VERSION: Final = "1.0"
REQUIRED: Final = ("id", "source", "specversion", "type")
CONTENT_TYPE: Final = "content-type"
PREFIX: Final = "ce_"
HTTP_PREFIX: Final = "ce-"
STRUCTURED: Final = "application/cloudevents"
STRUCTURED_JSON: Final = "application/cloudevents+json"
JSON: Final = "application/json"
# What an HTTP header may hold as it is: printable ASCII but the space, the double quote and the percent sign.
_PLAIN_IN_HTTP: Final = "".join(chr(code) for code in range(0x21, 0x7F) if chr(code) not in '"%')
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPED: Final = re.compile(r"\\(.)")
_HALF_PAIR: Final = re.compile("[\ud800-\udfff]")


class MalformedMessage(Exception):  # noqa: N818 - named as the fact it states
    """A message is no CloudEvent, or not one of ours. No retry will mend it."""


@dataclass(frozen=True, slots=True)
class CloudEvent:
    """Attributes by name, `datacontenttype` among them, and the payload as it came."""

    attributes: Mapping[str, str]
    data: bytes

    @classmethod
    def from_kafka(cls, headers: Mapping[str, str], payload: bytes) -> "CloudEvent":
        """Read a Kafka message of either mode, told apart by the content type; raise MalformedMessage."""
        return cls._of(headers, payload, prefix=PREFIX)

    @classmethod
    def from_http(cls, headers: Mapping[str, str], body: bytes) -> "CloudEvent":
        """Read an HTTP message of either mode; raise MalformedMessage. Header names come in any case."""
        lowered = {name.lower(): text for name, text in headers.items()}
        attributes = {
            name: _from_http(text) if name.startswith(HTTP_PREFIX) else text for name, text in lowered.items()
        }
        return cls._of(attributes, body, prefix=HTTP_PREFIX)

    @classmethod
    def _of(cls, headers: Mapping[str, str], payload: bytes, *, prefix: str) -> "CloudEvent":
        if headers.get(CONTENT_TYPE, "").startswith(STRUCTURED):
            return cls.from_structured(_json_of(headers[CONTENT_TYPE], payload))
        attributes = {name[len(prefix) :]: text for name, text in headers.items() if name.startswith(prefix)}
        if CONTENT_TYPE in headers:
            attributes["datacontenttype"] = headers[CONTENT_TYPE]
        return cls(_checked(attributes), payload)

    @classmethod
    def from_structured(cls, document: object) -> "CloudEvent":
        """Read the JSON form; raise MalformedMessage when it is none."""
        if not isinstance(document, dict):
            message = "A structured CloudEvent is a JSON object."
            raise MalformedMessage(message)
        attributes = dict(_texts(document))
        return cls(_checked(attributes), _payload_of(document))

    def kafka_headers(self) -> list[tuple[str, bytes]]:
        """Write the attributes as headers of Kafka's binary mode."""
        return [(name, text.encode()) for name, text in self._named(PREFIX)]

    def http_headers(self) -> list[tuple[str, str]]:
        """Write the attributes as headers of HTTP's binary mode, in ASCII."""
        return [
            (name, quote(text, safe=_PLAIN_IN_HTTP) if name.startswith(HTTP_PREFIX) else text)
            for name, text in self._named(HTTP_PREFIX)
        ]

    def _named(self, prefix: str) -> Iterator[tuple[str, str]]:
        for name, text in self.attributes.items():
            yield CONTENT_TYPE if name == "datacontenttype" else prefix + name, text

    def structured(self, *, as_text: bool = True) -> dict[str, object]:
        """Write the JSON form; a payload that is no JSON, or all with `as_text` false, goes as base64."""
        document: dict[str, object] = dict(self.attributes)
        try:
            if as_text and _is_json(self.attributes.get("datacontenttype", JSON)):
                return document | {"data": json.loads(self.data)}
        except (ValueError, RecursionError):
            # It calls itself JSON and is none: the bytes are kept as they are.
            pass
        return document | {"data_base64": base64.b64encode(self.data).decode()}


def _from_http(text: str) -> str:
    """Return what a header says: a quoted string is unescaped first, then percent signs are read once."""
    quoted = _QUOTED.fullmatch(text)
    return unquote(_ESCAPED.sub(r"\1", quoted[1]) if quoted else text)


def _checked(attributes: Mapping[str, str]) -> Mapping[str, str]:
    missing = [name for name in REQUIRED if not attributes.get(name)]
    if missing:
        message = f"Not a CloudEvent: {', '.join(missing)} missing."
        raise MalformedMessage(message)
    if not is_text("\n".join(attributes.values())):
        message = "An attribute has characters that CloudEvents forbids."
        raise MalformedMessage(message)
    if attributes["specversion"] != SPEC_VERSION:
        message = f"CloudEvents {attributes['specversion']} is not understood, only {SPEC_VERSION}."
        raise MalformedMessage(message)
    return attributes


def is_text(text: str) -> bool:
    """Say whether it has no zero character, and no halves of surrogate pairs, which JSON can smuggle in."""
    return "\0" not in text and (text.isascii() or _HALF_PAIR.search(text) is None)


def _json_of(content_type: str, payload: bytes) -> object:
    if content_type.partition(";")[0].strip() != STRUCTURED_JSON:
        message = f"The format {content_type} is not understood, only {STRUCTURED_JSON}."
        raise MalformedMessage(message)
    try:
        return json.loads(payload)
    except (ValueError, RecursionError) as error:
        message = f"A structured CloudEvent is no JSON: {error}"
        raise MalformedMessage(message) from error


def _texts(document: Mapping[str, object]) -> Iterator[tuple[str, str]]:
    for name, value in document.items():
        if name in {"data", "data_base64"} or value is None:
            continue
        if isinstance(value, bool):
            yield name, str(value).lower()
        elif isinstance(value, str | int):
            yield name, str(value)
        else:
            message = f"The attribute {name} is neither text, whole number nor truth value."
            raise MalformedMessage(message)


def _payload_of(document: Mapping[str, object]) -> bytes:
    encoded = document.get("data_base64")
    if encoded is None:
        return json.dumps(document.get("data"), ensure_ascii=False, separators=(",", ":")).encode()
    try:
        return base64.b64decode(str(encoded), validate=True)
    except (binascii.Error, ValueError) as error:
        message = f"data_base64 is no base64: {error}"
        raise MalformedMessage(message) from error


def _is_json(content_type: str) -> bool:
    media_type = content_type.partition(";")[0].strip().lower()
    return media_type == JSON or media_type.endswith("+json")
