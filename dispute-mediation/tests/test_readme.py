"""What the README draws and lists is what the code does."""

from pathlib import Path
from typing import Final

import pytest

from dispute_mediation.complaints import domain as complaints
from dispute_mediation.items import domain as items
from dispute_mediation.main import SERVICE
from dispute_mediation.meetings import domain as meetings
from shared.web import api_prefix

README: Final = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")
DRAWN: Final = [
    complaints.LIFECYCLE.as_mermaid(),
    meetings.LIFECYCLE.as_mermaid(),
    items.LIFECYCLE.as_mermaid(),
]


@pytest.mark.parametrize("drawing", DRAWN, ids=["cases", "meetings", "items"])
def test_the_readme_draws_the_lifecycle_as_it_is(drawing: str) -> None:
    assert f"```mermaid\n{drawing}\n```" in README


def test_the_readme_names_every_route_fact_and_table() -> None:
    paths = [route.path for router in SERVICE.routers for route in router.routes]  # type: ignore[attr-defined]  # all are routes with a path
    own = [
        table for table in SERVICE.metadata.tables if table.startswith(("case", "meeting", "item", "known"))
    ]
    heard = [fact.__name__ for fact in SERVICE.subscriptions]

    missing = [name for name in (*paths, *own, *heard) if f"{name}`" not in README]

    assert missing == []
    assert api_prefix(SERVICE.name) in README
