"""`gongzhi edge --check`: one sentence says what HAProxy does not take, and which setting to correct."""

import subprocess
import sys
from pathlib import Path

import pytest

from gateway import find_haproxy
from onebox.edge_check import EdgeRefused, check_edge
from shared.clusters import ClusterUnfit
from shared.identity import KeySetRefused
from tests.deploy.environments import enter

GOOD = {"GONGZHI_EDGE_RESOLVER": "127.0.0.1:53"}


@pytest.fixture
def keys(tmp_path: Path) -> dict[str, str]:
    try:
        find_haproxy()
    except ClusterUnfit as missing:
        pytest.skip(missing.sentence("en"))
    return {"GONGZHI_IDENTITY_JWKS_FILE": str(tmp_path / "development-issuer-jwks.json")}


async def test_an_edge_that_haproxy_takes_is_written_where_it_is_wanted(
    keys: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    enter(monkeypatch, keys | GOOD)

    await check_edge(tmp_path / "edge")

    assert (tmp_path / "edge" / "haproxy.cfg").is_file()


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("GONGZHI_EDGE_CERTIFICATE", "/nowhere/edge.pem"),
        ("GONGZHI_EDGE_BIND", "127.0.0.1:99999"),
        ("GONGZHI_EDGE_METRICS_BIND", "127.0.0.1:99999"),
        ("GONGZHI_EDGE_RESOLVER", "nowhere"),
    ],
)
async def test_the_sentence_names_the_setting_to_correct(
    keys: dict[str, str], monkeypatch: pytest.MonkeyPatch, variable: str, value: str
) -> None:
    enter(monkeypatch, keys | GOOD | {variable: value})

    with pytest.raises(EdgeRefused) as refused:
        await check_edge(None)

    for language in ("zh", "en"):
        assert variable in refused.value.sentence(language)
        assert "\n" not in refused.value.sentence(language)


async def test_names_that_nobody_knows_without_a_resolver_are_told(
    keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch, keys | {"GONGZHI_EDGE_BACKEND": "{service}.invalid:8000"})

    with pytest.raises(EdgeRefused, match="GONGZHI_EDGE_BACKEND / GONGZHI_EDGE_RESOLVER"):
        await check_edge(None)


async def test_keys_out_of_reach_are_told_with_their_place(monkeypatch: pytest.MonkeyPatch) -> None:
    enter(monkeypatch, {"GONGZHI_IDENTITY_JWKS_URL": "http://127.0.0.1:9/keys"})

    with pytest.raises(KeySetRefused, match=r"127\.0\.0\.1:9/keys .*GONGZHI_IDENTITY_JWKS_URL"):
        await check_edge(None)


def test_from_the_command_line_it_ends_with_one_and_no_traceback(
    keys: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(monkeypatch, keys | GOOD | {"GONGZHI_EDGE_BIND": "127.0.0.1:99999"})

    said = subprocess.run(
        [Path(sys.executable).parent / "gongzhi", "edge", "--check"],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )

    assert said.returncode == 1
    assert "GONGZHI_EDGE_BIND" in said.stderr
    assert "Traceback" not in said.stderr
