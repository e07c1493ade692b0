"""The harness itself: what a goal means, what a comparison says, whose wait a latency counts."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from tests.bench import figures, picture
from tests.bench.arrivals import Latencies, arriving
from tests.bench.comparison import compare
from tests.bench.figures import Figure, figure_of
from tests.bench.modules import MODULES, chosen

SHARE = Figure(name="write-route", value=350, limit=1000, unit="1/s", goal=0.35)
RATE = Figure(name="case-lifecycle", value=150, limit=9000, unit="1/s", goal=150)
DELAY = Figure(name="search-p99-ms-at-10m", value=50, unit="ms", goal=50)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for module in (figures, picture):
        monkeypatch.setattr(module, "FOLDER", tmp_path)
    monkeypatch.setattr(figures, "LATEST", tmp_path / "latest.json")
    monkeypatch.setattr(picture, "PICTURE", tmp_path / "latest.svg")
    return tmp_path


@pytest.mark.parametrize("figure", [SHARE, RATE, DELAY])
def test_a_figure_that_just_reaches_its_goal_meets_it(figure: Figure) -> None:
    worse = replace(figure, value=figure.value * (1.02 if figure.unit == "ms" else 0.98))

    assert (figure.met, worse.met) == (True, False)


def test_a_row_has_what_the_comparison_needs_and_reads_back() -> None:
    row = SHARE.row()

    assert row == {
        "name": "write-route",
        "value": 350,
        "unit": "1/s",
        "limit": 1000,
        "ratio": 0.35,
        "goal": 0.35,
        "met": True,
        "command": "make bench",
    }
    assert figure_of(row) == SHARE


def test_a_later_module_keeps_what_an_earlier_one_of_the_same_commit_measured() -> None:
    figures.write([SHARE, RATE])
    figures.write([replace(RATE, value=160.0)])

    kept = [figure_of(row) for row in figures.read(figures.LATEST)]
    assert kept == [SHARE, replace(RATE, value=160.0)]
    assert figures.read(figures.commit_file()) == figures.read(figures.LATEST)


def test_a_comparison_knows_that_less_time_is_better() -> None:
    before = [RATE.row(), DELAY.row()]
    after = [replace(RATE, value=75.0).row(), replace(DELAY, value=25.0).row()]

    _, rate, delay = compare(before, after).splitlines()
    assert rate.endswith("-50%  WORSE")
    assert delay.endswith("+100%  better")


def test_a_comparison_names_what_only_one_side_has() -> None:
    assert compare([RATE.row()], []).splitlines()[1].endswith("in one alone")


def test_the_picture_is_well_formed_and_shows_every_figure_with_a_goal() -> None:
    told_only = Figure(name="told <only>", value=1, unit="1/s")

    drawn = ET.fromstring(picture.draw([SHARE, replace(RATE, name="a <b> & c"), told_only]).read_text())  # noqa: S314 - we drew it
    texts = [text.text for text in drawn.iter("{http://www.w3.org/2000/svg}text")]
    assert "write-route" in texts
    assert "a <b> & c" in texts
    assert "told <only>" not in texts


async def test_a_stall_is_charged_to_all_who_arrive_during_it() -> None:
    open_at = time.perf_counter() + 0.2

    async def stalled(_n: int) -> None:
        await asyncio.sleep(open_at - time.perf_counter())

    latencies = await arriving(stalled, per_second=100, seconds=0.2)

    assert len(latencies.seconds) == 20
    assert latencies.most_at_once == 20
    assert latencies.ms(0.99) > 150
    # They arrive evenly: half of them waited longer than half of the stall.
    assert 50 < latencies.ms(0.5) < 150


def test_a_share_is_the_nearest_rank() -> None:
    latencies = Latencies([n / 1000 for n in range(1, 101)])

    assert latencies.ms(0.99) == 99
    assert latencies.ms(0.5) == 50


def test_modules_are_chosen_by_their_name_or_by_a_figure() -> None:
    assert [module.name for module in chosen(["write-route", "one-box"], long=False)] == ["routes", "one-box"]
    with pytest.raises(LookupError, match="no-such"):
        chosen(["no-such"], long=False)


def test_no_figure_has_two_modules() -> None:
    names = [name for module in MODULES for name in module.figures]

    assert len(names) == len(set(names))
