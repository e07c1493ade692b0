"""A stranger with kcat reads the topics and understands every message, by its headers and the edge alone."""

import json
from datetime import datetime
from typing import Final
from uuid import UUID

import httpx
import pytest
import pytest_asyncio
from jsonschema import Draft202012Validator, FormatChecker

from onebox.client import Client
from onebox.distributed import Distributed
from onebox.services import SERVICES
from onebox.story import tell
from tests.distributed.foreign_client import KCAT, Printed, printed_of

pytestmark = [
    pytest.mark.distributed,
    pytest.mark.kafka,
    pytest.mark.slow,
    KCAT,
]

NAMED: Final = ("ce_id", "ce_source", "ce_type", "ce_subject", "ce_time", "ce_dataschema")


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def printed(platform: Distributed) -> list[Printed]:
    """Have the story told, and return all that kcat then finds on the topics."""
    async with Client(platform.url, verify=platform.trust) as client:
        await tell(client, tokens=platform.tokens, say=lambda _line: None)
    return await printed_of(platform.kafka.bootstrap)


def test_every_context_has_something_to_say(printed: list[Printed]) -> None:
    assert {each.headers["ce_source"] for each in printed} == {f"/{service.name}" for service in SERVICES}
    assert len({each.headers["ce_type"] for each in printed}) >= 18


def test_the_headers_say_what_it_is(printed: list[Printed]) -> None:
    for each in printed:
        assert [name for name in NAMED if not each.headers.get(name)] == []
        assert (each.headers["ce_specversion"], each.headers["content-type"]) == ("1.0", "application/json")
        assert each.key == each.headers["ce_subject"]
        assert UUID(each.headers["ce_id"]).version == 7
        assert datetime.fromisoformat(each.headers["ce_time"]).utcoffset() is not None


async def test_the_edge_shows_the_schema_that_every_message_keeps(
    printed: list[Printed], edge: httpx.AsyncClient
) -> None:
    named = {each.headers["ce_dataschema"] for each in printed}
    schemas = {name: (await edge.get(f"/api/schemas/{name}")).raise_for_status().json() for name in named}

    for each in printed:
        schema = schemas[each.headers["ce_dataschema"]]
        Draft202012Validator(schema, format_checker=FormatChecker()).validate(json.loads(each.payload))
        assert (schema["$id"], schema["title"]) == (each.headers["ce_dataschema"], each.headers["ce_type"])


async def test_the_schema_refuses_what_is_not_the_fact(
    printed: list[Printed], edge: httpx.AsyncClient
) -> None:
    one = next(each for each in printed if each.headers["ce_type"].endswith("EstateRegistered.v1"))
    schema = (await edge.get(f"/api/schemas/{one.headers['ce_dataschema']}")).json()

    faults = list(Draft202012Validator(schema).iter_errors(json.loads(one.payload) | {"households": "many"}))

    assert [fault.json_path for fault in faults] == ["$.households"]
