"""The page of all published facts, for people: who says it, when, with which fields, and who listens."""

import inspect
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final

from shared.contracts import Event
from shared.contracts.schemas.comparison import Schema
from shared.contracts.schemas.consumers import NOBODY, Consumers
from shared.contracts.schemas.snapshots import snapshot

__all__ = ["events_page"]

_HEAD: Final = """\
# Events

Made by `make docs` from the catalogue in `shared.contracts`; do not edit. Every fact is published
after its transaction commits, at least once, in order per subject, on one topic per context. Its JSON
Schema lies in `shared/shared/contracts/schemas/`; a running platform shows it at
`/api/schemas/urn:gongzhi:schema:<name>`. For machines: [asyncapi.json](asyncapi.json). A whole message of
each lies in `tests/contracts/corpus/`. How one may change:
[how-to/change-an-event.md](how-to/change-an-event.md).
"""


def events_page(catalogue: Mapping[str, type[Event]], consumers: Consumers = NOBODY) -> str:
    """Write the page in Markdown, by producer in the order of the catalogue."""
    blocks = [_HEAD]
    for producer, facts in groupby(catalogue.values(), key=lambda fact: fact.context()):
        blocks.append(f"## {producer}\n")
        blocks += ["\n".join(_entry(fact, consumers.get(fact.name, ()))) for fact in facts]
    return "\n".join(blocks)


def _entry(fact: type[Event], consumers: Sequence[str]) -> Iterator[str]:
    yield f"### {fact.__name__}\n"
    yield f"{inspect.cleandoc(fact.__doc__ or '')}\n"
    yield f"- name: `{fact.name}`"
    yield f"- topic: `{fact.topic()}`"
    yield f"- personal data: level {fact.pii_level}"
    if consumers:
        yield f"- consumers: {', '.join(sorted(consumers))}"
    yield ""
    yield from _table(snapshot(fact))
    yield ""


def _table(schema: Schema) -> Iterator[str]:
    required = schema.get("required", [])
    yield "| field | type | |"
    yield "|---|---|---|"
    for name, part in schema.get("properties", {}).items():
        yield f"| {name} | {_type(part)} | {'' if name in required else 'optional'} |"


def _type(part: Schema) -> str:
    """Name a type as a reader says it: `uuid`, `list of date`, `open, closed`, `string or null`."""
    if choices := part.get("anyOf") or part.get("oneOf"):
        return " or ".join(_type(choice) for choice in choices)
    if "enum" in part:
        return ", ".join(f"`{value}`" for value in part["enum"])
    if "const" in part:
        return f"`{part['const']}`"
    if "$ref" in part:
        return str(part["$ref"]).removeprefix("#/$defs/")
    if part.get("type") == "array":
        return f"list of {_type(part.get('items', {}))}"
    return str(part.get("format") or part.get("type", "anything"))
