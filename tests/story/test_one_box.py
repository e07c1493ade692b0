"""The one box as a person meets it: it starts, tells the story, survives, stops."""

import asyncio
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import httpx
import pytest

from shared.chain import ROUND_SECONDS
from shared.clusters import address_of_running, free_ports
from shared.contracts import CATALOGUE
from shared.messaging import dataschema_of
from tests.story.box import GONGZHI, RunningBox, environment, is_ready, memory_mb, processes_of, running_box

DATA = Path(__file__).parents[2].parent / "shared" / "data"
PATIENCE_SECONDS = 90


@pytest.fixture(scope="module")
def box(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningBox]:
    folder = tmp_path_factory.mktemp("box")
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    with running_box(folder / "data", free_ports()[0], folder / "log") as running:
        yield running


def until_ready(url: str) -> None:
    for _ in range(PATIENCE_SECONDS * 10):
        if is_ready(url):
            return
        time.sleep(0.1)
    message = f"{url} did not become ready."
    raise AssertionError(message)


def test_it_is_ready_soon_and_says_where_to_look(box: RunningBox) -> None:
    said = box.said()

    assert f"{box.url}/api/docs" in said
    assert all(role in said for role in ("R01", "R06", "R09", "R11", "R12", "R15", "R17", "R20"))
    assert said.count("gongzhi ") >= 2
    assert is_ready(box.url)
    assert memory_mb(box.process) < 500


def test_the_demo_district_is_there(box: RunningBox) -> None:
    with httpx.Client(base_url=box.url) as client:
        towns = (client.get("/api/estate-registry/territories/610703/children?limit=100")).json()["items"]
        estates = (client.get("/api/estate-registry/estates?limit=200")).json()["items"]

    assert len([town for town in towns if town["level"] == "town"]) == 23
    assert len(estates) >= 30
    assert all(estate["operator"]["kind"] for estate in estates)


def test_the_story_is_told_from_the_command_line(box: RunningBox) -> None:
    told = box.command("story", "--url", box.url, "--json")

    assert told.returncode == 0, told.stdout + told.stderr
    assert json.loads(told.stdout.splitlines()[-1])["steps"] >= 15


def test_the_documentation_needs_nothing_from_outside(box: RunningBox) -> None:
    with httpx.Client(base_url=box.url) as client:
        page = (client.get("/api/docs")).text
        script = client.get("/api/docs/swagger-ui-bundle.js")
        document = (client.get("/api/openapi.json")).json()
        schemas = (client.get("/api/schemas")).json()["schemas"]
        shown = {name: client.get(path).json()["$id"] for name, path in schemas.items()}

    assert "http://" not in page
    assert "https://" not in page
    assert script.status_code == 200
    assert len({path.split("/")[2] for path in document["paths"]}) == 6
    assert set(shown) >= {dataschema_of(name) for name in CATALOGUE}
    assert all(name == own for name, own in shown.items())


@pytest.mark.parametrize("name", ["estates-beijing.psv", "estates-xian-poi.csv"])
def test_a_real_list_is_taken_in_and_accounted_for(box: RunningBox, name: str, tmp_path: Path) -> None:
    if not (DATA / name).exists():
        pytest.skip(f"{name} is not beside the project")
    report = tmp_path / "report.csv"
    arguments = (
        "import",
        "estates",
        str(DATA / name),
        "--report",
        str(report),
        "--territory",
        "610703102",
        "--json",
    )

    first = json.loads(box.command(*arguments).stdout.splitlines()[-1])
    findings = report.read_text(encoding="utf-8-sig").splitlines()
    again = json.loads(box.command(*arguments).stdout.splitlines()[-1])

    assert first["rows"] == first["taken"] + first["repaired"] + first["refused"] + first["unchanged"]
    assert first["taken"] + first["repaired"] > 400
    assert (again["taken"], again["repaired"]) == (0, 0)
    assert len(findings) > first["repaired"]


def postgres(box: RunningBox, statement: str) -> None:
    """Run a statement as the superuser with the triggers off, as somebody who rewrites history."""
    folder = Path(box.environment["GONGZHI_DATA"]) / "postgres"

    async def run() -> None:
        connection = await asyncpg.connect(address_of_running(folder=folder, database="gongzhi"))
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(statement)
        await connection.close()

    asyncio.run(run())


def test_the_chains_of_journals_and_books_hold_and_a_rewritten_row_is_named(box: RunningBox) -> None:
    time.sleep(2 * ROUND_SECONDS + 1)
    for kind in ("journal", "books"):
        sound = box.command(kind, "verify")
        assert sound.returncode == 0, sound.stdout + sound.stderr
        assert "rows not yet sealed" in sound.stdout

    postgres(box, "UPDATE estate_registry.journal SET person = 'x' || person WHERE seq = 1")
    broken = box.command("journal", "verify", "--service", "estate-registry")
    postgres(box, "UPDATE estate_registry.journal SET person = substr(person, 2) WHERE seq = 1")
    mended = box.command("journal", "verify", "--service", "estate-registry")

    assert broken.returncode == 1
    assert "row 1 is not what was sealed" in broken.stdout
    assert mended.returncode == 0, mended.stdout


def test_it_restarts_a_postgresql_that_was_killed(box: RunningBox) -> None:
    os.kill(box.postmaster(), signal.SIGKILL)
    time.sleep(0.2)

    until_ready(box.url)
    told = box.command("story", "--url", box.url)

    assert told.returncode == 0, told.stdout + told.stderr


def test_doctor_says_that_all_is_well(box: RunningBox) -> None:
    examined = box.command("doctor", "--json")

    assert json.loads(examined.stdout.splitlines()[-1])["well"] is True, examined.stdout


def test_a_taken_port_gets_a_sentence_that_says_what_to_do(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        refused = subprocess.run(
            [GONGZHI, "up"],
            env=environment(tmp_path / "data", port),
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    assert refused.returncode == 1
    assert str(port) in refused.stderr
    assert "Traceback" not in refused.stderr


def test_it_finds_its_data_again_after_ctrl_c_and_after_kill_9(tmp_path: Path) -> None:
    data, port = tmp_path / "data", free_ports()[0]
    for part in (tmp_path, *tmp_path.parents[:3]):
        part.chmod(0o755)
    with running_box(data, port, tmp_path / "first") as box:
        before = codes(box.url)
    assert processes_of(data) == []

    with running_box(data, port, tmp_path / "second") as box:
        assert codes(box.url) == before
        box.process.kill()
        box.process.wait(20)

    with running_box(data, port, tmp_path / "third") as box:
        assert codes(box.url) == before
    assert processes_of(data) == []


def codes(url: str) -> list[str]:
    with httpx.Client(base_url=url) as client:
        answer = client.get("/api/estate-registry/estates?limit=200")
    return [estate["code"] for estate in answer.json()["items"]]
