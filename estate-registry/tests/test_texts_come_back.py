"""A text comes back as it was sent, or is refused with the reason; a search finds it by a normalised copy."""

import json
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from estate_registry.naming.domain import name_key
from shared.identity import Role
from shared.testing import as_role

STRINGS: Final = Path(__file__).parents[2].parent / "shared" / "suites" / "naughty-strings.json"
ESTATES: Final = "/api/estate-registry/estates"
OFFICER: Final = as_role(Role.AUTHORITY_OFFICER)
# A part of a name that a list may be asked for.
PART_MAX: Final = 60


@pytest.mark.skipif(not STRINGS.exists(), reason="the strings are not beside the project")
async def test_every_text_comes_back_as_sent_and_is_found_or_is_refused(
    client: httpx.AsyncClient, make_estate: Callable[..., Awaitable[dict[str, Any]]]
) -> None:
    estate = (await make_estate())["id"]
    kept = 0
    for text in dict.fromkeys(json.loads(STRINGS.read_text())):
        changed = await client.patch(
            f"{ESTATES}/{estate}", json={"name": text, "address": text}, headers=OFFICER
        )

        if changed.status_code == 200:
            shown = (await client.get(f"{ESTATES}/{estate}")).json()
            assert (shown["name"], shown["address"]) == (text, text)
            assert not name_key(text) or await is_found(client, estate, text), repr(text)
            kept += 1
        else:
            assert (changed.status_code, bool(changed.json().get("errors"))) == (422, True), (
                text,
                changed.text,
            )

    assert kept > 400


async def is_found(client: httpx.AsyncClient, estate: str, text: str) -> bool:
    found = await client.get(
        ESTATES, params={"name": text[:PART_MAX].upper() if text.isascii() else text[:PART_MAX]}
    )
    return found.status_code == 422 or estate in [one["id"] for one in found.json()["items"]]
