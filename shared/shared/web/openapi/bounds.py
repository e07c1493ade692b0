"""Limits in the document: what a format is known to hold. All others are those that fields check."""

from collections.abc import Iterator
from typing import Any, Final

__all__ = ["bound_formats", "schemas_in"]

_FORMAT_MAX: Final = {"uuid": 36, "date": 10, "date-time": 64, "binary": 32 * 1024 * 1024}

Part = dict[str, Any]


def schemas_in(part: object) -> Iterator[Part]:
    """Yield every schema of a part of the document that says its type, without following references."""
    if isinstance(part, dict):
        if isinstance(part.get("type"), str):
            yield part
        for name, value in part.items():
            if name not in {"example", "examples", "default"}:
                yield from schemas_in(value)
    elif isinstance(part, list):
        for item in part:
            yield from schemas_in(item)


def bound_formats(part: object) -> None:
    """Write down how long the texts of a known format are, and that whole numbers have 64 bits."""
    for schema in schemas_in(part):
        if schema["type"] == "string" and schema.get("format") in _FORMAT_MAX:
            schema.setdefault("maxLength", _FORMAT_MAX[schema["format"]])
        if schema["type"] == "integer":
            schema.setdefault("format", "int64")
            _bound_named(schema)


def _bound_named(schema: Part) -> None:
    """Whole numbers that are named one by one lie between the least and the greatest of them."""
    if "enum" in schema:
        schema.setdefault("minimum", min(schema["enum"]))
        schema.setdefault("maximum", max(schema["enum"]))
