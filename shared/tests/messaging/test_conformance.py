"""The conformance scenarios of CloudEvents, each step bound to our code."""

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import httptools
import pytest
from hypothesis import given
from hypothesis import strategies as st
from messaging.gherkin import Scenario, Step, scenarios

from shared.messaging import CloudEvent

SUITE: Final = Path(__file__).parents[3].parent / "shared" / "suites" / "cloudevents"
BINDINGS: Final = ("kafka", "http")
needs_suite = pytest.mark.skipif(
    not SUITE.exists(), reason="shared/suites/cloudevents is not beside the repository"
)


def of_binding(binding: str) -> list[Scenario]:
    file = SUITE / f"{binding}-protocol-binding.feature"
    return scenarios(file) if file.exists() else []


ALL: Final = [(binding, scenario) for binding in BINDINGS for scenario in of_binding(binding)]


@dataclass
class Stage:
    """What a scenario has brought about so far."""

    headers: dict[str, str] = field(default_factory=dict)
    payload: bytes = b""
    event: CloudEvent | None = None

    def read(self) -> CloudEvent:
        assert self.event is not None
        return self.event

    def on_header(self, name: bytes, value: bytes) -> None:
        self.headers[name.decode()] = value.decode()

    def on_body(self, body: bytes) -> None:
        self.payload += body


def supported(_stage: Stage, step: Step) -> None:
    assert step.words.partition(" ")[0] in {"Kafka", "HTTP"}


def kafka_payload(stage: Stage, step: Step) -> None:
    stage.payload = step.text.encode()


def kafka_headers(stage: Stage, step: Step) -> None:
    stage.headers = {row[0]: row[1] for row in step.table[1:]}


def http_request(stage: Stage, step: Step) -> None:
    """Take the request through the parser of our server, as it would come off the wire."""
    head, body = step.text.split("\n\n", 1)
    parser = httptools.HttpRequestParser(stage)
    parser.feed_data(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body.encode())
    assert len(stage.payload) == int(stage.headers["Content-Length"])


def parsed_from_kafka(stage: Stage, _step: Step) -> None:
    stage.event = CloudEvent.from_kafka(stage.headers, stage.payload)


def parsed_from_http(stage: Stage, _step: Step) -> None:
    stage.event = CloudEvent.from_http(stage.headers, stage.payload)


def attributes_are(stage: Stage, step: Step) -> None:
    assert dict(stage.read().attributes) == {row[0]: row[1] for row in step.table[1:]}


def data_is(stage: Stage, step: Step) -> None:
    assert json.loads(stage.read().data) == json.loads(step.text)


STEPS: Final[dict[str, Callable[[Stage, Step], None]]] = {
    r"(Kafka|HTTP) Protocol Binding is supported": supported,
    r"a Kafka message with payload:": kafka_payload,
    r"Kafka headers:": kafka_headers,
    r"an HTTP request": http_request,
    r"parsed as Kafka message": parsed_from_kafka,
    r"parsed as HTTP request": parsed_from_http,
    r"the attributes are:": attributes_are,
    r"the data is equal to the following JSON:": data_is,
}


def run(scenario: Scenario) -> Stage:
    """Do every step; one that no function is bound to ends the scenario with a LookupError."""
    stage = Stage()
    for step in scenario.steps:
        bound = [do for words, do in STEPS.items() if re.fullmatch(words, step.words)]
        if len(bound) != 1:
            raise LookupError(step.words)
        bound[0](stage, step)
    return stage


@needs_suite
def test_every_scenario_of_both_bindings_is_run() -> None:
    written = {
        binding: len(re.findall(r"^\s*\| application/", text, re.MULTILINE)) + text.count("Scenario:")
        for binding in BINDINGS
        for text in [(SUITE / f"{binding}-protocol-binding.feature").read_text(encoding="utf-8")]
    }

    assert {binding: len(of_binding(binding)) for binding in BINDINGS} == written == {"kafka": 3, "http": 4}


@needs_suite
@pytest.mark.parametrize(
    "scenario", [each for _, each in ALL], ids=[f"{binding}: {each.name}" for binding, each in ALL]
)
def test_the_scenario_of_the_suite_holds(scenario: Scenario) -> None:
    stage = run(scenario)

    assert len(scenario.steps) >= 5
    assert stage.event is not None


@needs_suite
@pytest.mark.parametrize(
    ("was", "becomes", "fault"),
    [
        ("ce_id", "ce_number", "id missing"),
        ("parsed as", "understood as", "understood as"),
        ("ce_id | 1234-1234-1234", "ce_id | 4321", "4321"),
        ("Hello World!", "Hello", "Hello"),
    ],
)
def test_a_scenario_that_does_not_hold_fails(was: str, becomes: str, fault: str, tmp_path: Path) -> None:
    text = (SUITE / "kafka-protocol-binding.feature").read_text(encoding="utf-8")
    feature = tmp_path / "planted.feature"
    feature.write_text(text.replace(was, becomes, 1), encoding="utf-8")

    with pytest.raises(Exception, match=fault):
        run(scenarios(feature)[0])


def test_a_line_that_is_not_understood_is_refused(tmp_path: Path) -> None:
    feature = tmp_path / "planted.feature"
    feature.write_text("Feature: x\n\n  Scenario: y\n    Perhaps it works\n", encoding="utf-8")

    with pytest.raises(ValueError, match="Perhaps it works"):
        scenarios(feature)


texts = st.text(st.characters(blacklist_categories=["Cs", "Cc"]), min_size=1, max_size=40)


@given(texts, texts)
def test_http_headers_carry_any_attribute_in_ascii(subject: str, unit: str) -> None:
    required = {"specversion": "1.0", "id": "1", "source": "/s", "type": "t"}
    attributes = {**required, "subject": subject, "actorunit": unit, "datacontenttype": "application/json"}
    sent = CloudEvent(attributes, b"{}")

    headers = dict(sent.http_headers())

    assert all(text.isascii() and text.isprintable() for text in headers.values())
    assert CloudEvent.from_http({name.upper(): text for name, text in headers.items()}, b"{}") == sent


def test_a_quoted_http_header_is_unescaped_before_it_is_decoded() -> None:
    headers = {"ce-specversion": "1.0", "ce-id": "1", "ce-source": "/s", "ce-type": "t"}

    event = CloudEvent.from_http({**headers, "ce-subject": '"a \\"b\\" %E5%B1%8B"'}, b"")

    assert event.attributes["subject"] == 'a "b" 屋'
