"""One trace from a request through outbox, Kafka and consumers to the facts that follow elsewhere."""

import asyncio
import secrets
from collections.abc import Iterator
from typing import Final

import httpx
import pytest
import pytest_asyncio

from onebox.client import Client
from onebox.distributed import Distributed
from onebox.services import SERVICES
from onebox.story import tell
from tests.distributed.foreign_client import KCAT, Printed, printed_of

pytestmark = [pytest.mark.distributed, pytest.mark.kafka, pytest.mark.slow, KCAT]

TRACE: Final = secrets.token_hex(16)
PATIENCE_SECONDS: Final = 90
# From exchange to dispute-mediation, and from there and from the register to credit-rating.
FOLLOWING: Final = {
    ("ExternalOrderImported", "ComplaintReceived"),
    ("ComplaintLiabilityConfirmed", "CreditItemRecorded"),
    ("OperatorAssigned", "CreditGradeChanged"),
}


class Tracing(httpx.AsyncHTTPTransport):
    """Sends every request as a step of the one trace."""

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        request.headers["traceparent"] = f"00-{TRACE}-{secrets.token_hex(8)}-01"
        return await super().handle_async_request(request)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def printed(platform: Distributed) -> dict[str, Printed]:
    """Have the story told in one trace; return all messages by their ids, once what must follow has come."""
    async with Client(platform.url, transport=Tracing()) as client:
        await tell(client, tokens=platform.tokens, say=lambda _line: None)
    async with asyncio.timeout(PATIENCE_SECONDS):
        while not set(followed(found := await all_of(platform))) >= FOLLOWING:  # noqa: ASYNC110 - on the bus
            await asyncio.sleep(0.5)
    return found


async def all_of(platform: Distributed) -> dict[str, Printed]:
    return {each.headers["ce_id"]: each for each in await printed_of(platform.kafka.bootstrap)}


def followed(printed: dict[str, Printed]) -> Iterator[tuple[str, str]]:
    """Yield the names of cause and consequence of all in the trace that followed from a message."""
    for each in printed.values():
        cause = printed.get(each.headers.get("ce_causationid", ""))
        if cause is not None and trace_of(each) == TRACE:
            yield name_of(cause), name_of(each)


def trace_of(printed: Printed) -> str:
    return printed.headers["ce_traceparent"].split("-")[1]


def name_of(printed: Printed) -> str:
    return printed.headers["ce_type"].split(".")[2]


def test_what_a_request_did_is_in_its_trace(printed: dict[str, Printed]) -> None:
    sources = {each.headers["ce_source"] for each in printed.values() if trace_of(each) == TRACE}

    assert sources == {f"/{service.name}" for service in SERVICES}


def test_what_follows_in_another_service_is_in_the_same_trace(printed: dict[str, Printed]) -> None:
    consequences = [each for each in printed.values() if "ce_causationid" in each.headers]

    assert {trace_of(each) for each in consequences} >= {TRACE}
    assert [
        (name_of(each), trace_of(each))
        for each in consequences
        if trace_of(each) != trace_of(printed[each.headers["ce_causationid"]])
    ] == []


def test_each_request_is_a_step_of_its_own(printed: dict[str, Printed]) -> None:
    steps = {each.headers["ce_traceparent"] for each in printed.values() if trace_of(each) == TRACE}

    assert len(steps) > 15


def test_what_is_due_by_the_clock_begins_a_trace(printed: dict[str, Printed]) -> None:
    due = [each for each in printed.values() if name_of(each) == "ResolutionItemOverdue"]

    assert due
    assert TRACE not in {trace_of(each) for each in due}
