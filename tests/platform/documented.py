"""What every route must say of itself in the OpenAPI document. Each rule yields its faults."""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from types import MappingProxyType
from typing import Any, Final

from shared.web import operations

__all__ = ["RULES", "UNPAGED", "Document", "Rule", "every_list_is_paged"]

Document = dict[str, Any]
Rule = Callable[[Document], Iterator[str]]

SUMMARY_MAX: Final = 40
_ID: Final = re.compile(r"[a-z]+(?:_[a-z0-9]+)+")
_CHINESE: Final = re.compile(r"[\u4e00-\u9fff]")
_BOTH_LANGUAGES: Final = re.compile(r"[^a-z/]*[\u4e00-\u9fff][^a-z/]*。/ [A-Z][^\u4e00-\u9fff]+\.")
_ENGLISH: Final = re.compile(r"[A-Z][^\u4e00-\u9fff]+[.)`]")


def ids_are_readable_and_unique(document: Document) -> Iterator[str]:
    """A client is generated from the ids: `show_estate`, not the path in underscores."""
    counted = Counter(operation["operationId"] for _, _, operation in operations(document))
    for path, method, operation in operations(document):
        name = operation["operationId"]
        if counted[name] > 1:
            yield f"{method} {path}: the operation id {name} is taken"
        if _ID.fullmatch(name) is None or name.endswith(f"_{method}"):
            yield f"{method} {path}: say operation_id=, as verb_noun, not {name}"


def summaries_are_chinese_and_descriptions_english(document: Document) -> Iterator[str]:
    """The summary is `summary=` of the route, the description is the docstring of its function."""
    for path, method, operation in operations(document):
        summary, description = operation.get("summary", ""), operation.get("description", "")
        if _CHINESE.search(summary) is None or len(summary) > SUMMARY_MAX:
            yield f"{method} {path}: say summary=, a few words in Chinese"
        if _ENGLISH.fullmatch(description.partition("\n")[0]) is None:
            yield f"{method} {path}: the docstring begins with one English sentence"


def tags_are_described_in_both_languages(document: Document) -> Iterator[str]:
    """The description is `about=` of a router with the tag: Chinese first, then English."""
    described = {tag["name"]: tag.get("description", "") for tag in document["tags"]}
    used = {tag for _, _, operation in operations(document) for tag in operation.get("tags", ())}
    for name in sorted(used | described.keys()):
        if _BOTH_LANGUAGES.fullmatch(described.get(name, "")) is None:
            yield f"tag {name}: say about= of its router, a sentence in Chinese, / and one in English"


def every_answer_is_documented(document: Document) -> Iterator[str]:
    """A caller learns from the document which problems an operation can answer with."""
    for path, method, operation in operations(document):
        answers = operation["responses"]
        missing = {"401", "403", "404", "422", "429", "500", "503"} - answers.keys()
        if missing:
            yield f"{method} {path}: {sorted(missing)} are not documented"
        for status, answer in answers.items():
            if status >= "400" and not answer.get("$ref", "").startswith("#/components/responses/Problem"):
                yield f"{method} {path}: {status} is no problem"


def what_comes_in_is_bounded(document: Document) -> Iterator[str]:
    """Every text, list and whole number of a request says how large it may be."""
    schemas = document["components"]["schemas"]
    for path, method, operation in operations(document):
        parts = [*operation.get("parameters", ()), operation.get("requestBody", {})]
        for fault in _unbounded(parts, schemas, seen=set()):
            yield f"{method} {path}: {fault}"


def every_list_is_paged(document: Document) -> Iterator[str]:
    """A list has a signed cursor, a limit, the orders it knows, and something to narrow it by."""
    for path, method, operation in operations(document):
        if not _is_list(operation) or operation["operationId"] in UNPAGED:
            continue
        given = {parameter.get("name"): parameter for parameter in operation["parameters"]}
        queries = {name for name, parameter in given.items() if parameter.get("in") == "query"}
        if missing := _PAGING - queries:
            yield f"{method} {path}: a list without {sorted(missing)}; see Listing and ordered"
        elif not given["sort"]["schema"].get("enum") or "maximum" not in given["limit"]["schema"]:
            yield f"{method} {path}: say which orders the list knows, and its greatest limit"
        elif not queries - _PAGING:
            yield f"{method} {path}: a list that nothing narrows"


RULES: Final[tuple[Rule, ...]] = (
    ids_are_readable_and_unique,
    summaries_are_chinese_and_descriptions_english,
    tags_are_described_in_both_languages,
    every_answer_is_documented,
    what_comes_in_is_bounded,
    every_list_is_paged,
)

_PAGING: Final = frozenset({"limit", "cursor", "sort"})
# Lists that are answered whole, or go on for ever in one order.
UNPAGED: Final = MappingProxyType(
    {
        "list_leaves": "the categories of complaints, some hundred that a form shows at once",
        "list_rejection_reasons": "a dozen reasons that a form shows at once",
        "list_repeat_candidates": "at most 200 proposals, the likeliest first",
        "show_complaint_course": "what happened to one case, told whole, from its beginning",
        "show_my_complaint_course": "the same for whoever filed it",
        "show_territory_path": "six levels, from the nation down",
        "read_feed": "a feed: one order, no end, narrowed by what was granted",
    }
)

_BOUNDS: Final = {
    "string": ({"maxLength", "enum", "const"},),
    "array": ({"maxItems"},),
    "integer": ({"maximum", "exclusiveMaximum"}, {"minimum", "exclusiveMinimum"}),
    "number": ({"maximum", "exclusiveMaximum"}, {"minimum", "exclusiveMinimum"}),
}


def _unbounded(part: object, schemas: Document, *, seen: set[str]) -> Iterator[str]:
    if isinstance(part, list):
        for item in part:
            yield from _unbounded(item, schemas, seen=seen)
    elif isinstance(part, dict):
        name = part.get("$ref", "").rpartition("/")[2]
        if name in schemas and name not in seen:
            seen.add(name)
            yield from _unbounded(schemas[name], schemas, seen=seen)
        kinds = _BOUNDS.get(part["type"], ()) if isinstance(part.get("type"), str) else ()
        if not all(part.keys() & kind for kind in kinds):
            yield f"{part.get('title', part)} has no limit"
        for key, value in part.items():
            if key not in {"example", "examples", "default", "enum"}:
                yield from _unbounded(value, schemas, seen=seen)


def _is_list(operation: Document) -> bool:
    """Say whether an operation answers with a page, or with a bare list."""
    contents = operation["responses"].get("200", {}).get("content", {}).values()
    schemas = [content.get("schema", {}) for content in contents]
    return any(schema.get("type") == "array" or "Page_" in schema.get("$ref", "") for schema in schemas)
