"""Examples of what comes in and goes out, composed field by field.

A model that says its own example (`json_schema_extra={"examples": [...]}`) keeps it. In others each field
has its own example, its only or first value, a day, a moment, an id, or the word for a field of that name
(`words`), whichever its limits allow.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from shared.web.openapi.numbers import NUMBER_ENDINGS, NUMBERS
from shared.web.openapi.words import TEXTS

__all__ = ["add_examples"]

Part = dict[str, Any]

# A list within a list within a view: deeper ones are left empty.
DEEPEST: Final = 6
WORD: Final = "示例"
_FORMATS: Final[Mapping[str, str]] = {
    "uuid": "01a22194-c015-7507-939b-46fe6afe61ff",
    "date": "2026-11-28",
    "date-time": "2026-11-28T09:30:00+08:00",
    "uri-reference": "/api/estate-registry/estates",
}


def add_examples(document: Part, *, operations: Iterator[tuple[str, str, Part]]) -> None:
    """Give the body and the answer of every operation an example, in the schema that is named there."""
    schemas: Part = document["components"]["schemas"]
    for _, _, operation in operations:
        for name in _models(operation):
            if "examples" not in schemas[name]:
                schemas[name]["examples"] = [_example(schemas[name], schemas=schemas)]


def _models(operation: Part) -> Iterator[str]:
    answers = [answer for status, answer in operation["responses"].items() if str(status).startswith("2")]
    for part in (operation.get("requestBody", {}), *answers):
        for content in part.get("content", {}).values():
            schema = content.get("schema", {})
            reference = schema.get("$ref") or schema.get("items", {}).get("$ref")
            if reference:
                yield reference.rpartition("/")[2]


def _example(schema: Part, *, schemas: Part, name: str = "", depth: int = 0) -> object:
    if "$ref" in schema:
        return _example(schemas[schema["$ref"].rpartition("/")[2]], schemas=schemas, name=name, depth=depth)
    for said in ("examples", "enum"):
        if said in schema:
            return schema[said][0]
    if "const" in schema:
        return schema["const"]
    for choice in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        if choice.get("type") != "null":
            return _example(choice, schemas=schemas, name=name, depth=depth)
    return _of_type(schema, schemas=schemas, name=name, depth=depth)


def _of_type(schema: Part, *, schemas: Part, name: str, depth: int) -> object:
    match schema.get("type"):
        case "object":
            return _object(schema, schemas=schemas, name=name, depth=depth)
        case "array":
            return _list(schema, schemas=schemas, name=name, depth=depth)
        case "string":
            return _text(schema, name)
        case "integer" | "number":
            return _number(schema, name)
        case "boolean":
            return False
        case _:
            return None


def _object(schema: Part, *, schemas: Part, name: str, depth: int) -> Part:
    fields = {
        field: _example(inner, schemas=schemas, name=f"{schema.get('title', '')}.{field}", depth=depth + 1)
        for field, inner in schema.get("properties", {}).items()
    }
    rest = schema.get("additionalProperties")
    if isinstance(rest, dict) and rest and not fields:
        return {"standard_property": _example(rest, schemas=schemas, name=name, depth=depth + 1)}
    return fields


def _list(schema: Part, *, schemas: Part, name: str, depth: int) -> list[object]:
    if depth > DEEPEST and not schema.get("minItems"):
        return []
    one = _example(schema.get("items", {}), schemas=schemas, name=name, depth=depth + 1)
    return [one] * max(1, schema.get("minItems", 1))


def _text(schema: Part, name: str) -> str:
    if schema.get("format") in _FORMATS:
        return _FORMATS[schema["format"]]
    known = TEXTS.get(name) or TEXTS.get(name.rpartition(".")[2], ())
    fitting = (word for word in (*known, WORD) if _fits(word, schema))
    return next(fitting, WORD)


def _fits(word: str, schema: Part) -> bool:
    pattern = schema.get("pattern")
    return schema.get("minLength", 0) <= len(word) <= schema.get("maxLength", len(word)) and (
        pattern is None or re.search(pattern, word) is not None
    )


def _number(schema: Part, name: str) -> int:
    usual = NUMBERS.get(name.rpartition(".")[2])
    if usual is None:
        usual = next(amount for ending, amount in NUMBER_ENDINGS.items() if name.endswith(ending))
    least = schema.get("minimum", schema.get("exclusiveMinimum", usual - 1) + 1)
    most = schema.get("maximum", schema.get("exclusiveMaximum", usual + 1) - 1)
    return int(min(max(usual, least), most))
