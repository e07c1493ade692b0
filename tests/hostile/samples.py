"""Values that fit a schema of the OpenAPI document: one for each field, with every free text as told."""

from typing import Any, Final

from tests.platform.documented import Document

__all__ = ["is_free_text", "sample", "text_fields", "timed_fields"]

Part = dict[str, Any]

_FORMATS: Final = {
    "uuid": "018f0000-0000-7000-8000-000000000007",
    "date": "2026-03-02",
    "date-time": "2026-03-02T12:00:00+08:00",
}
# The narrow texts of the platform, by a part of their pattern.
_PATTERNS: Final = {
    "[0-9A-HJ-NPQRTUWXY]{18}": "91610703MA6YW8X13N",
    "[0-9]{9}|[0-9]{12}": "610703001001",
    "[0-9a-f]{64}": "0" * 64,
    "(?:0[1-9]|1[0-2])$": "2026-01",
    "[A-Za-z0-9._:-]": "code-1",
    "[0-9]{2}(?:[0-9]{2}){0,2}": "610703",
    "[0-9A-Za-z]{1,64}": "91610703MA6YW8X13N",
    "[0-9]{1,3}": "107.1",
    "[!-~]": "key-1",
}
_TEXT_PATTERN: Final = r"^[^\x00-\x08"


def is_free_text(schema: Part) -> bool:
    """Say whether a schema takes what people write."""
    if schema.get("type") != "string" or schema.keys() & {"enum", "const", "format"}:
        return False
    return str(schema.get("pattern", _TEXT_PATTERN)).startswith(_TEXT_PATTERN)


def sample(schema: Part, *, document: Document, text: str) -> object:
    """Return a value of a schema whose free texts all say `text`."""
    schema = _plain(schema, document)
    if "const" in schema or "enum" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    kind = schema.get("type")
    if kind == "object":
        fields = schema.get("properties", {})
        return {name: sample(field, document=document, text=text) for name, field in fields.items()}
    if kind == "array":
        return [sample(schema.get("items", {}), document=document, text=text)]
    if kind == "string":
        return _string(schema, text)
    return {"integer": max(1, int(schema.get("minimum", 1))), "number": 1, "boolean": True}.get(str(kind))


def text_fields(schema: Part, *, document: Document) -> set[str]:
    """Return the names of the free texts of a body, at whatever depth."""
    schema = _plain(schema, document)
    if schema.get("type") == "array":
        return text_fields(schema.get("items", {}), document=document)
    found: set[str] = set()
    fields = {name: _plain(field, document) for name, field in schema.get("properties", {}).items()}
    for name, field in fields.items():
        found |= {name} if is_free_text(field) else text_fields(field, document=document)
    return found


def _plain(schema: Part, document: Document) -> Part:
    """Follow references, and take the first choice that is not null."""
    while "$ref" in schema:
        schema = document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    choices = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    return _plain(choices[0], document) if choices else schema


def _string(schema: Part, text: str) -> str:
    if is_free_text(schema):
        return text
    if "format" in schema:
        return _FORMATS.get(schema["format"], text)
    return next((value for part, value in _PATTERNS.items() if part in schema["pattern"]), text)


def timed_fields(schema: Part, *, document: Document) -> list[str]:
    """Return the names of a body's own fields that are days or moments."""
    fields = _plain(schema, document).get("properties", {})
    return [
        name
        for name, field in fields.items()
        if _plain(field, document).get("format") in {"date", "date-time"}
    ]
