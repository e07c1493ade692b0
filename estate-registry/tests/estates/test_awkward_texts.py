"""Awkward strings are kept as they are, or refused with the reason; never a fault."""

import json
from pathlib import Path
from typing import Final

import httpx
import pytest

from shared.identity import Role
from shared.testing import as_role

URL: Final = "/api/estate-registry/estates"
SUITE: Final = Path(__file__).parents[4] / "shared" / "suites" / "naughty-strings.json"
OFFICER = as_role(Role.TOWN_OFFICER, "610703001")


@pytest.fixture(scope="module")
def texts() -> list[str]:
    if not SUITE.exists():
        pytest.skip("naughty-strings.json is not here: the suites lie in ../shared/suites beside the project")
    found: list[str] = json.loads(SUITE.read_text(encoding="utf-8"))
    return found


async def test_a_name_and_an_address_come_back_unchanged_or_are_refused(
    client: httpx.AsyncClient, texts: list[str]
) -> None:
    kept = 0
    for number, text in enumerate(texts):
        for body in ({"name": text, "address": f"第{number}号"}, {"name": f"第{number}院", "address": text}):
            given = {"territory": "610703001001", **body}
            response = await client.post(URL, json=given, headers=OFFICER)
            assert response.status_code in {201, 409, 422}, (text, response.text)
            if response.status_code == 201:
                kept += 1
                stored = (await client.get(f"{URL}/{response.json()['id']}")).json()
                assert {name: stored[name] for name in body} == body
    assert kept > len(texts)


async def test_any_text_can_be_looked_for(client: httpx.AsyncClient, texts: list[str]) -> None:
    for text in texts:
        for path in (URL, "/api/estate-registry/territories"):
            response = await client.get(path, params={"name": text})
            assert response.status_code in {200, 422}, (text, response.text)


@pytest.mark.parametrize("text", ["ﷺ" * 200, "\U0001d518" * 200, "ﬁ" * 200])
async def test_a_name_that_folds_into_a_longer_one_is_kept(client: httpx.AsyncClient, text: str) -> None:
    body = {"territory": "610703001001", "name": text, "address": text}

    response = await client.post(URL, json=body, headers=OFFICER)

    assert (response.status_code, response.json()["name"]) == (201, text)
