import json
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from pathlib import Path
from uuid import UUID, uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft7Validator, FormatChecker
from messaging.doubles import ThingLost, message
from sample_service import ThingNamed

from shared.contracts import Event, Upcaster
from shared.messaging import CloudEvent, MalformedMessage, Message, UnknownFact, event_of, topic_of
from shared.messaging.events import Reading
from shared.testing.clock import NOON

SUITE = Path(__file__).parents[3].parent / "shared" / "suites" / "cloudevents"
needs_suite = pytest.mark.skipif(
    not SUITE.exists(), reason="shared/suites/cloudevents is not beside the repository"
)
READING = Reading(catalogue={ThingNamed.name: ThingNamed}, upcasters={})

# What CloudEvents lets an attribute hold, and PostgreSQL store.
texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@st.composite
def messages(draw: st.DrawFn) -> Message:
    return replace(
        message(draw(texts), draw(st.integers(1, 2**31)), draw(texts)),
        source=draw(texts),
        unit=draw(st.none() | texts),
        territory=draw(st.sampled_from(["", "61", "610703001002"])),
        traceparent=draw(st.none() | st.just(f"00-{'a' * 32}-{'b' * 16}-01")),
        causation_id=draw(st.none() | st.uuids()),
        time=draw(st.datetimes(timezones=st.just(timezone(timedelta(hours=8))))),
    )


@given(messages())
def test_headers_carry_the_whole_message(sent: Message) -> None:
    assert Message.from_headers(sent.headers(), sent.data) == sent


@given(
    messages(),
    st.sampled_from(sorted([*message("one", 1).headers(), "ce_traceparent", "ce_causationid", "ce_other"])),
    st.sampled_from([None, "", "x", "7", "\0", "\ud800", "application/cloudevents+json", "1.1", "+1"]),
)
def test_the_short_way_to_read_says_what_the_long_way_says(
    sent: Message, header: str, text: str | None
) -> None:
    changed = sent.headers() | {header: text}
    headers = {name: value for name, value in changed.items() if value is not None}

    def the_long_way() -> Message:
        return Message.from_cloudevent(CloudEvent.from_kafka(headers, sent.data))

    assert read_or_refused(lambda: Message.from_headers(headers, sent.data)) == read_or_refused(the_long_way)


def read_or_refused(read: Callable[[], Message]) -> Message | None:
    try:
        return read()
    except MalformedMessage:
        return None


@given(messages())
def test_the_structured_form_carries_the_whole_message(sent: Message) -> None:
    received = Message.from_structured(json.loads(json.dumps(sent.structured())))

    assert replace(received, data=b"") == replace(sent, data=b"")
    assert json.loads(received.data) == json.loads(sent.data)


@given(messages())
def test_extension_names_are_lower_case_letters_and_digits(sent: Message) -> None:
    assert all(re.fullmatch(r"[a-z0-9]{1,20}", name) for name in sent.attributes())


@needs_suite
@given(messages())
def test_the_structured_form_keeps_the_cloudevents_schema(sent: Message) -> None:
    schema = json.loads((SUITE / "cloudevents.json").read_text())

    Draft7Validator(schema, format_checker=FormatChecker()).validate(sent.structured())


def test_the_kafka_binding_writes_what_it_reads() -> None:
    headers = message("one", 1).headers()

    event = CloudEvent.from_kafka(headers, b"{}")

    assert {name: text.decode() for name, text in event.kafka_headers()} == headers


@pytest.mark.parametrize(
    ("headers", "payload"),
    [
        ({}, b""),
        ({"ce_id": "1", "ce_source": "/s", "ce_type": "t"}, b"{}"),
        ({"ce_specversion": "0.3", "ce_id": "1", "ce_source": "/s", "ce_type": "t"}, b"{}"),
        ({"ce_specversion": "1.0", "ce_id": "", "ce_source": "/s", "ce_type": "t"}, b"{}"),
        ({"content-type": "application/cloudevents+json"}, b"no json"),
        ({"content-type": "application/cloudevents+json"}, b"[" * 100_000),
        ({"content-type": "application/cloudevents+json"}, b"[]"),
        ({"content-type": "application/cloudevents+avro"}, b"{}"),
        (
            {"content-type": "application/cloudevents+json"},
            b'{"specversion":"1.0","id":"\\u0000","source":"s","type":"t"}',
        ),
        (
            {"content-type": "application/cloudevents+json"},
            b'{"specversion":"1.0","id":"\\ud800","source":"s","type":"t"}',
        ),
        (
            {"content-type": "application/cloudevents+json"},
            b'{"specversion":"1.0","id":{},"source":"s","type":"t"}',
        ),
        (
            {"content-type": "application/cloudevents+json"},
            b'{"specversion":"1.0","id":"1","source":"s","type":"t","data_base64":"%"}',
        ),
    ],
)
def test_what_is_no_cloudevent_is_malformed(headers: dict[str, str], payload: bytes) -> None:
    with pytest.raises(MalformedMessage):
        CloudEvent.from_kafka(headers, payload)


@pytest.mark.parametrize(
    ("header", "value"),
    [
        ("ce_id", "not-a-uuid"),
        ("ce_time", "yesterday"),
        ("ce_time", "2018-04-05T03:56:24"),
        ("ce_subjectversion", "one"),
        ("ce_causationid", "x"),
    ],
)
def test_an_attribute_without_meaning_is_malformed(header: str, value: str) -> None:
    sent = message("one", 1)

    with pytest.raises(MalformedMessage):
        Message.from_headers(sent.headers() | {header: value}, sent.data)


@pytest.mark.parametrize(
    "header", ["ce_subject", "ce_time", "ce_subjectversion", "ce_tenant", "ce_actorrole", "ce_piilevel"]
)
def test_a_missing_attribute_is_malformed(header: str) -> None:
    headers = message("one", 1).headers()
    del headers[header]

    with pytest.raises(MalformedMessage):
        Message.from_headers(headers, b"{}")


def test_a_payload_that_is_no_json_survives_the_structured_form() -> None:
    sent = replace(message("one", 1), data=b"\xff\x00")

    assert Message.from_structured(sent.structured()) == sent


def test_the_acting_person_never_travels() -> None:
    assert not {"person", "actor", "actorperson"} & set(message("one", 1).attributes())


def test_a_time_is_kept_in_utc() -> None:
    there = datetime.fromisoformat("2026-03-02T12:00:00+08:00")

    assert replace(message("one", 1), time=there).attributes()["time"] == "2026-03-02T04:00:00Z"
    assert there == NOON


def test_the_topic_is_named_after_the_context() -> None:
    assert topic_of("nz.estate-registry.EstateRegistered.v1") == "nz.estate-registry.events"
    with pytest.raises(ValueError, match="Not the name of a fact"):
        topic_of("EstateRegistered")


def test_an_event_is_read_by_its_class() -> None:
    assert READING.event_of(message("one", 1, "door")) == ThingNamed(thing_id=UUID(int=1), called="door")


def test_a_field_that_a_newer_producer_added_is_passed_over() -> None:
    sent = message("one", 1, "door")
    newer = replace(sent, data=sent.data[:-1] + b', "colour": "red"}')

    assert READING.event_of(newer) == ThingNamed(thing_id=UUID(int=1), called="door")


def test_a_type_without_class_is_unknown() -> None:
    with pytest.raises(UnknownFact):
        event_of(message("one", 1, fact=ThingLost(thing_id=uuid4())))


class ThingRenamed(Event):
    name = "nz.sample.ThingRenamed.v3"

    title: str


def test_an_old_version_is_lifted_step_by_step() -> None:
    steps = {
        "nz.sample.ThingNamed.v1": Upcaster(
            to="nz.sample.ThingRenamed.v2", lift=lambda old: {"name": old["called"]}
        ),
        "nz.sample.ThingRenamed.v2": Upcaster(to=ThingRenamed.name, lift=lambda old: {"title": old["name"]}),
    }
    reading = Reading(catalogue={ThingRenamed.name: ThingRenamed}, upcasters=steps)

    assert reading.event_of(message("one", 1, "door")) == ThingRenamed(title="door")
    assert reading.names_of(ThingRenamed) == {ThingRenamed.name, *steps}
    assert reading.fact_of("nz.sample.ThingRenamed.v2") is ThingRenamed
