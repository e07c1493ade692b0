"""Limits in the document: every text, list and whole number of an answer says how large it can be.

What comes in is bounded by its own field types, where a test looks for them; what goes out holds what once
came in, so the widest of those limits stand for all.
"""

from collections.abc import Iterator
from typing import Any, Final

__all__ = ["ANSWER_LIST_MAX", "ANSWER_TEXT_MAX", "bound_answers", "bound_formats", "schemas_in"]

ANSWER_TEXT_MAX: Final = 20_000
ANSWER_LIST_MAX: Final = 10_000
WHOLE_MAX: Final = 2**53 - 1
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


def bound_answers(part: object) -> None:
    """Write down the widest limits where a schema of an answer has none of its own."""
    for schema in schemas_in(part):
        if schema["type"] == "string" and not schema.keys() & {"maxLength", "enum", "const"}:
            schema["maxLength"] = ANSWER_TEXT_MAX
        elif schema["type"] == "array":
            schema.setdefault("maxItems", ANSWER_LIST_MAX)
        elif schema["type"] == "integer":
            _bound_whole(schema)


def _bound_whole(schema: Part) -> None:
    if "exclusiveMinimum" not in schema:
        schema.setdefault("minimum", -WHOLE_MAX)
    if "exclusiveMaximum" not in schema:
        schema.setdefault("maximum", WHOLE_MAX)
