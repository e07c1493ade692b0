"""What a person writes comes back as it was written, or is refused with the reason."""

import json
from pathlib import Path
from typing import Final

import pytest
from mediation_desk import ESTATE, Desk, Staff

STRINGS: Final = Path(__file__).parents[2].parent / "shared" / "suites" / "naughty-strings.json"
# Each ninth: every complaint is a case of its own, with its clocks.
STRIDE: Final = 9
FILED: Final = {"channel": "mobile_app", "leaf": "SRV-01", "estate_id": str(ESTATE), "anonymous": True}


@pytest.mark.skipif(not STRINGS.exists(), reason="the strings are not beside the project")
@pytest.mark.parametrize("start", range(STRIDE))
async def test_every_complaint_comes_back_as_written_or_is_refused(desk: Desk, start: int) -> None:
    kept = 0
    for text in json.loads(STRINGS.read_text())[start::STRIDE]:
        filed = await desk.post("/complaints", Staff.owner, FILED | {"text": text})
        if filed.status_code == 201:
            shown = await desk.shown(f"/my-complaints/{filed.json()['id']}", Staff.owner)
            assert shown["text"] == text
            kept += 1
        else:
            assert (filed.status_code, bool(filed.json().get("errors"))) == (422, True), (text, filed.text)

    assert kept > 20
