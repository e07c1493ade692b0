"""The operator's commands against a running box: the way of an event, a parked one decided."""

import asyncio
import json
import time
from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from onebox.services import SERVICES
from shared.observing import METRICS
from tests.story.box import RunningBox

PATIENCE_SECONDS = 60
TOPIC = "nz.estate-registry.events"
REGISTERED = "nz.estate-registry.EstateRegistered.v1"


@pytest.fixture
def box(demo_box: RunningBox) -> RunningBox:
    return demo_box


def an_event(box: RunningBox) -> UUID:
    """Return the id of an estate registered with the demo district."""
    statement = "SELECT event_id FROM estate_registry.journal WHERE type = $1 ORDER BY seq LIMIT 1"
    (row,) = asyncio.run(box.on_server(statement, REGISTERED))
    found: UUID = row["event_id"]
    return found


def traced(box: RunningBox, event_id: UUID) -> dict[str, Any]:
    said = box.command("events", "trace", str(event_id), "--json")
    assert said.returncode == 0, said.stderr
    found: dict[str, Any] = json.loads(said.stdout)
    return found


def test_an_event_is_followed_from_its_recording_to_every_service(box: RunningBox) -> None:
    event_id = an_event(box)
    deadline = time.monotonic() + PATIENCE_SECONDS
    while (found := traced(box, event_id))["awaited"]:
        assert time.monotonic() < deadline, found

    hops = {(hop["service"], hop["hop"]): hop for hop in found["hops"]}
    assert ("estate-registry", "recorded") in hops
    published = hops["estate-registry", "published"]
    assert published["after_ms"] >= 0
    assert "position" in published["says"]
    received, applied = hops["supervision", "received"], hops["supervision", "applied"]
    assert datetime.fromisoformat(published["at"]) <= datetime.fromisoformat(received["at"])
    assert datetime.fromisoformat(received["at"]) <= datetime.fromisoformat(applied["at"])
    assert "recorded" in box.command("events", "trace", str(event_id)).stdout


def test_an_event_that_nobody_met_is_said_to_be_unknown(box: RunningBox) -> None:
    said = box.command("events", "trace", str(uuid4()))

    assert said.returncode == 1
    assert "No service has met" in said.stderr
    assert "Traceback" not in said.stderr


def test_no_version_of_a_subject_is_missing(box: RunningBox) -> None:
    statement = "SELECT subject FROM estate_registry.journal WHERE event_id = $1"
    (row,) = asyncio.run(box.on_server(statement, an_event(box)))

    said = box.command("events", "subject", row["subject"], "--json")

    found = json.loads(said.stdout)
    assert found["service"] == "estate-registry"
    assert (found["recorded"], found["missing"]) == (found["last_version"], [])


def test_a_poison_is_listed_shown_and_dropped_for_a_reason(box: RunningBox) -> None:
    asyncio.run(box.on_server(POISON, TOPIC, json.dumps(poison_headers())))

    row = parked_in(box, "supervision")
    shown = box.command("parked", "show", row["event_id"], "--service", "supervision")
    refused = box.command("parked", "drop", row["event_id"], "--service", "supervision")
    again = box.command("parked", "replay", row["event_id"], "--service", "supervision", "--why", "try it")
    dropped = box.command("parked", "drop", row["event_id"], "--service", "supervision", "--why", "a poison")

    assert json.loads(shown.stdout)["message"]["data"] == {"broken": True}
    assert refused.returncode != 0
    assert again.returncode == 0, again.stderr
    assert json.loads(again.stdout)["stopped_at"] == row["event_id"]
    assert (json.loads(dropped.stdout)["state"], json.loads(dropped.stdout)["why"]) == ("dropped", "a poison")
    hops = {(hop["service"], hop["hop"]): hop for hop in traced(box, UUID(row["event_id"]))["hops"]}
    assert "a poison" in hops["supervision", "dropped"]["says"]


def scraped(box: RunningBox) -> str:
    answer = httpx.get(f"http://127.0.0.1:{box.environment['GONGZHI_METRICS_PORT']}/metrics", timeout=10)
    assert answer.status_code == 200
    return answer.text


def test_every_metric_is_told_for_every_service_and_not_at_the_edge(box: RunningBox) -> None:
    httpx.get(f"{box.url}/api/supervision/health/ready")
    families = {family.name: family.samples for family in text_string_to_metric_families(scraped(box))}

    for name, metric in METRICS.items():
        samples = families.get(name.removesuffix("_total"), [])
        assert samples, name
        if "route" not in metric.labels:
            listening = {sample.labels["service"] for sample in samples}
            assert len(listening) >= len(SERVICES) - 1, (name, listening)
    assert httpx.get(f"{box.url}/metrics").status_code == 404
    assert httpx.get(f"{box.url}/api/supervision/metrics").status_code == 404


def test_requests_are_counted_by_the_template_of_their_route(box: RunningBox) -> None:
    for _ in range(3):
        httpx.get(f"{box.url}/api/estate-registry/estates/{uuid4()}")

    told = scraped(box)

    labels = {"service": "estate-registry", "route": "/estates/{estate_id}", "status": "404"}
    counted = [
        sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
        if sample.name == "gongzhi_request_seconds_count" and labels.items() <= sample.labels.items()
    ]
    assert counted
    assert counted[0] >= 3


def test_only_the_operator_may_ask(box: RunningBox) -> None:
    token = box.command("token", "--role", "R12").stdout.strip()
    address = f"{box.url}/api/supervision/operations/parked"

    answers = [httpx.get(address), httpx.get(address, headers={"authorization": f"Bearer {token}"})]

    assert [answer.status_code for answer in answers] == [401, 403]


POISON = """
WITH head AS (
    UPDATE bus.topics SET last_position = last_position + 1 WHERE topic = $1 RETURNING last_position
)
INSERT INTO bus.log (topic, position, key, headers, data, written_at)
SELECT $1, last_position, 'poisoned', $2::jsonb, '{"broken":true}', now() FROM head
"""


def poison_headers() -> dict[str, str]:
    return {
        "content-type": "application/json",
        "ce_specversion": "1.0",
        "ce_id": str(uuid4()),
        "ce_source": "/estate-registry",
        "ce_type": REGISTERED,
        "ce_subject": "poisoned",
        "ce_time": "2026-03-02T04:00:00Z",
        "ce_dataschema": f"urn:gongzhi:schema:{REGISTERED}",
        "ce_subjectversion": "1",
        "ce_tenant": "610703",
        "ce_actorrole": "R11",
        "ce_schemaversion": "1",
        "ce_piilevel": "0",
    }


def parked_in(box: RunningBox, service: str) -> dict[str, Any]:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < deadline:
        said = box.command("parked", "list", "--json")
        rows: list[dict[str, Any]] = [json.loads(line) for line in said.stdout.splitlines()]
        found = [row for row in rows if row["service"] == service]
        if found:
            return found[0]
    message = f"{service} parked nothing"
    raise AssertionError(message)
