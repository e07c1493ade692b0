"""What exists on a box on which the story was told, put into the document to make up good requests of."""

import asyncio
import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from typing import Any, Final

import httpx

from shared.web import operations
from tests.judges.tools import tokens
from tests.story.aftermath import tell_all
from tests.story.box import RunningBox
from tests.story.recording import Recorder, pattern_of
from tests.story.walking import Walk

__all__ = ["told_names", "with_names"]

# Beside what exists, a name of nothing: refusals are judged too.
NOTHING: Final = "00000000-0000-7000-8000-000000000007"
# Ids that bodies name and addresses do not, or under another name.
_ALSO: Final = {"master_id": "case_id"}

Document = dict[str, Any]
Names = Mapping[str, str]


def told_names(box: RunningBox, document: Document) -> dict[str, Names]:
    """Tell the story with its aftermath; return for each path what its parameters may be filled with."""
    return asyncio.run(_told(box, document))


async def _told(box: RunningBox, document: Document) -> dict[str, Names]:
    recorder, source = Recorder(), tokens(box)
    await tell_all(box.url, tokens=source, recorder=recorder)
    async with httpx.AsyncClient(base_url=box.url, timeout=60) as http:
        walk = Walk(client=http, tokens=source, document=document, kept=recorder.kept)
        return {path: await _filled(walk, path) for path in document["paths"] if "{" in path}


async def _filled(walk: Walk, path: str) -> Names:
    address = await walk.address_of(path)
    found = re.fullmatch(pattern_of(path), address or "")
    return found.groupdict() if found else {}


def with_names(document: Document, names: Mapping[str, Names]) -> Document:
    """Return the document with what exists as the values that a path or a body may name."""
    filled = deepcopy(document)
    known = {name: value for each in names.values() for name, value in each.items()}
    known |= {name: known[other] for name, other in _ALSO.items() if other in known}
    for path, _, operation in operations(filled):
        for parameter in operation["parameters"]:
            value = names.get(path, {}).get(parameter.get("name", ""))
            if parameter.get("in") == "path" and value is not None:
                parameter.update(_known(parameter["schema"], value))
    for schema in _bodies(filled):
        for name in _ids_of(schema) & known.keys():
            schema["properties"][name] = {"type": "string", "enum": [known[name], NOTHING]}
            for example in schema.get("examples", ()):
                example[name] = known[name]
    return filled


def _known(schema: Document, value: str) -> Document:
    """Return what a parameter is told of a value: an id is this or nothing, any other text has an example."""
    if schema.get("format") == "uuid":
        return {"schema": {"type": "string", "enum": [value, NOTHING]}}
    return {"example": value}


def _ids_of(schema: Document) -> set[str]:
    """Return which fields name a thing by an id: for any other text what is on no list may be good."""
    return {name for name, one in schema.get("properties", {}).items() if one.get("format") == "uuid"}


def _bodies(document: Document) -> Iterator[Document]:
    for _, _, operation in operations(document):
        for content in operation.get("requestBody", {}).get("content", {}).values():
            name = content["schema"].get("$ref", "").rpartition("/")[2]
            if name:
                yield document["components"]["schemas"][name]
