"""The page for operators in a real browser, as somebody uses it at night."""

import asyncio
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.identity import Role
from tests.story.box import RunningBox
from tests.story.browser import Browser, browser
from tests.story.test_operating import POISON, TOPIC, an_event, parked_in, poison_headers

DESK, PHONE = (1280, 800), (390, 844)
PARKED_HERE = "#parked-list [data-service=exchange] [data-event='{}']"


@pytest.fixture(scope="module")
def window() -> Iterator[Browser]:
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def token(demo_box: RunningBox) -> str:
    """Return the operator's token; the command that makes it takes a while."""
    return demo_box.token(Role.SYSTEM_ADMIN)


@pytest.fixture
def page(window: Browser, demo_box: RunningBox, token: str) -> Browser:
    """Return the page with the operator signed in."""
    window.resize(*DESK)
    window.open(f"{demo_box.url}/api/operations")
    window.run("sessionStorage.clear(); location.hash = ''; location.reload()")
    window.wait(lambda: window.text("#sign-in h2"))
    sign_in(window, token)
    window.wait(lambda: window.text("#flow .lane b"))
    return window


def sign_in(window: Browser, token: str) -> None:
    window.type("#token", token)
    window.click("#sign-in button")


def test_the_operator_sees_every_service_and_the_page_asks_again(page: Browser) -> None:
    lanes = page.run("return [...document.querySelectorAll('#flow .lane')].map((lane) => lane.id)")
    first = page.text("#state time")
    page.wait(lambda: page.text("#state time") != first)

    assert len(lanes) == 7
    assert "领头 leads" in page.text("#services")
    page.wait(lambda: page.run("return document.querySelectorAll('#lines polyline').length") == 30)
    assert "督导通报" in page.text("#lane-estate-registry .consumers")
    assert page.complaints() == []


def test_it_is_readable_on_a_desk_and_on_a_telephone(page: Browser, tmp_path: Path) -> None:
    for size in (DESK, PHONE):
        page.resize(*size)
        page.picture(tmp_path / f"{size[0]}.png")

        assert page.run("return document.documentElement.scrollWidth") <= size[0]
        assert (tmp_path / f"{size[0]}.png").stat().st_size > 20_000


def test_an_event_is_drawn_from_hop_to_hop(page: Browser, demo_box: RunningBox) -> None:
    page.click("nav a[href='#trace']")
    page.type("#event", str(an_event(demo_box)))
    page.click("#follow button")
    page.wait(lambda: page.text(".hops"))

    hops = page.run("return [...document.querySelectorAll('.hops .hop')].map((hop) => hop.innerText)")
    assert [hop.split()[1] for hop in hops[:3]] == ["recorded", "published", "received"]
    assert "+0 ms" in page.text(".hops li")
    assert page.run("return document.querySelectorAll('.hops .passed').length") >= len(hops) - 1
    assert page.complaints() == []


def test_a_parked_event_rings_and_is_replayed_or_dropped_for_a_reason(
    page: Browser, demo_box: RunningBox
) -> None:
    asyncio.run(demo_box.on_server(POISON, TOPIC, json.dumps(poison_headers())))
    event_id = parked_in(demo_box, "exchange")["event_id"]
    here = PARKED_HERE.format(event_id)
    page.wait(lambda: "EventsParked" in page.text("#alarms"))
    assert "docs/runbook/EventsParked.md" in page.text("#alarms")

    page.click("nav a[href='#parked']")
    page.wait(lambda: page.text(here))
    page.click(f"{here} .replay")
    page.click("#decide-yes")
    assert page.run("return document.querySelector('#decide').open"), "a decision without a reason"
    page.type("#why", "the rule was mended")
    page.click("#decide-yes")
    page.wait(lambda: "it fails again" in page.text("#decide-fault"))
    page.click("#decide-no")
    page.click(f"{here} .drop")
    page.type("#why", "a poison")
    page.click("#decide-yes")
    page.wait(lambda: not page.text(here))

    statement = "SELECT act, why FROM exchange.operator_acts WHERE event_id = $1 ORDER BY at"
    acts = asyncio.run(demo_box.on_server(statement, event_id))
    assert [tuple(act) for act in acts] == [("replay", "the rule was mended"), ("drop", "a poison")]


def test_who_is_no_operator_is_told_so(window: Browser, demo_box: RunningBox) -> None:
    window.open(f"{demo_box.url}/api/operations")
    window.run("sessionStorage.clear(); location.reload()")
    window.wait(lambda: window.text("#sign-in h2"))

    sign_in(window, demo_box.token(Role.AUTHORITY_OFFICER))

    window.wait(lambda: window.text("#sign-in-fault"))
    assert window.text("#flow") == ""
