"""Each operation, completed: its id, who may call it, its header fields, what it may answer."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from shared.identity import PUBLIC, Permission
from shared.web.openapi.bounds import bound_formats
from shared.web.openapi.examples import add_examples
from shared.web.openapi.parts import HEADERS, PARAMETERS, PROBLEM, RESPONSES, SECURITY_SCHEMES, headers

__all__ = ["complete", "not_taking", "operations"]

Part = dict[str, Any]

SAFE: Final = frozenset({"get", "head"})
NOT_TAKEN: Final = "x-not-taken"
_METHODS: Final = ("get", "head", "post", "put", "patch", "delete")
_LOOKING: Final = (400, 401, 403, 404, 412, 422, 429, 500, 502, 503, 504)
_CHANGING: Final = (400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 429, 500, 502, 503, 504)


def operations(document: Part) -> Iterator[tuple[str, str, Part]]:
    """Yield path, method (lower case) and operation of a document."""
    for path, item in document["paths"].items():
        for method in _METHODS:
            if method in item:
                yield path, method, item[method]


def not_taking(*fields: str) -> Part:
    """Return the `openapi_extra` of a route that refuses header fields which others take."""
    return {NOT_TAKEN: list(fields)}


def complete(
    document: Part,
    *,
    service: str,
    schemes: Sequence[str],
    shared_ids: frozenset[str],
    about_tags: Mapping[str, str],
) -> None:
    """Complete the document that FastAPI made of a service, in place.

    `schemes` are the ways to say who calls; `shared_ids` are operations that every service has, which get
    the service's name before theirs. `about_tags` says what the operations of a tag are about.
    """
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path, method, operation in operations(document):
        if operation["operationId"] in shared_ids:
            operation["operationId"] = f"{service.replace('-', '_')}_{operation['operationId']}"
        operation["tags"] = [_tag(service, tag) for tag in operation.get("tags", ())]
        _complete(operation, method=method, addressed="{" in path, schemes=schemes)
    bound_formats(document)
    add_examples(document, operations=operations(document))
    schemas["Problem"] = PROBLEM
    document["components"] |= {
        "parameters": dict(PARAMETERS),
        "headers": dict(HEADERS),
        "responses": dict(RESPONSES),
        "securitySchemes": {name: SECURITY_SCHEMES[name] for name in schemes},
    }
    document["tags"] = _tags(document, about={_tag(service, tag): text for tag, text in about_tags.items()})


def _tag(service: str, tag: str) -> str:
    """Return a tag's name in the merged document, where services have tags of equal names."""
    return f"{service}.{tag.replace(' ', '-')}"


def _tags(document: Part, *, about: Mapping[str, str]) -> list[Part]:
    names = {tag for _, _, operation in operations(document) for tag in operation["tags"]}
    return [{"name": name, "description": about.get(name, "")} for name in sorted(names)]


def _complete(operation: Part, *, method: str, addressed: bool, schemes: Sequence[str]) -> None:
    required: list[Part] = [{scheme: []} for scheme in schemes]
    is_open = Permission(operation["x-permission"]) in PUBLIC
    operation["security"] = [{}, *required] if is_open else required
    parameters = operation.setdefault("parameters", [])
    for parameter in parameters:
        parameter["schema"] = _given(parameter["schema"])
    not_taken = operation.pop(NOT_TAKEN, ())
    fields = (name for name in _header_fields(method, addressed=addressed) if name not in not_taken)
    parameters.extend({"$ref": f"#/components/parameters/{name}"} for name in fields)
    _complete_answers(operation["responses"], safe=method in SAFE)


def _given(schema: Part) -> Part:
    """Return what a parameter can be where it is given: a query has no word for null."""
    choices: list[Part] = [choice for choice in schema.get("anyOf", ()) if choice.get("type") != "null"]
    if len(choices) != 1:
        return schema
    rest: Part = {name: value for name, value in schema.items() if name != "anyOf"}
    return rest | choices[0]


def _header_fields(method: str, *, addressed: bool) -> list[str]:
    if method in SAFE:
        return ["IfNoneMatch", "ConsistencyToken"]
    return ["IdempotencyKey", *(["IfMatch"] if addressed else [])]


def _complete_answers(answers: Part, *, safe: bool) -> None:
    for answer in answers.values():
        answer["headers"] = answer.get("headers", {}) | headers(
            "ETag", *(() if safe else ("Consistency-Token",))
        )
    if safe:
        answers["304"] = {"$ref": "#/components/responses/NotModified"}
    for status in _LOOKING if safe else _CHANGING:
        answers[str(status)] = {"$ref": f"#/components/responses/Problem{status}"}
