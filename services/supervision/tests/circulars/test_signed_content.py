"""What the database itself refuses of a signed circular, whoever asks."""

import asyncpg
import httpx
import pytest
from supervision_samples import API, EVERYTHING, Hear

from shared.identity import Role
from shared.storage import Database
from shared.testing import as_role

DESK = as_role(Role.SUPERVISOR)
CIRCULARS = f"{API}/circulars"


@pytest.fixture
async def draft_id(client: httpx.AsyncClient, hear: Hear) -> str:
    """Return the id of a criticism that was drafted."""
    await hear(*EVERYTHING)
    answer = await client.post(CIRCULARS, json={"kind": "criticism", "period": "2026-03"}, headers=DESK)
    return str(answer.json()["id"])


@pytest.fixture
async def signed_id(client: httpx.AsyncClient, draft_id: str) -> str:
    """Return the id of a circular that was signed."""
    for step in ("fact-check", "signature"):
        await client.post(f"{CIRCULARS}/{draft_id}/{step}", headers=DESK)
    return draft_id


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE circulars SET body = 'another' WHERE id = $1",
        "UPDATE circulars SET lines = '[]' WHERE id = $1",
        "UPDATE circulars SET number = 'another' WHERE id = $1",
        "UPDATE circulars SET content_hash = 'another' WHERE id = $1",
        "UPDATE circulars SET number = NULL, content_hash = NULL, state = 'drafted' WHERE id = $1",
        "DELETE FROM circulars WHERE id = $1",
        "DELETE FROM circular_names WHERE circular_id = $1",
        "UPDATE circular_names SET code = 'another' WHERE circular_id = $1",
        "INSERT INTO circular_names (circular_id, code, kind) VALUES ($1, 'another', 'unit')",
        "DELETE FROM circular_findings WHERE circular_id = $1",
        "UPDATE circular_steps SET person = 'another' WHERE circular_id = $1",
    ],
)
async def test_a_signed_circular_is_not_changed_behind_the_rules(
    database: Database, signed_id: str, statement: str
) -> None:
    with pytest.raises(asyncpg.RestrictViolationError):
        await database.pool.execute(statement, signed_id)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE circulars SET state = 'signed' WHERE id = $1",
        "UPDATE circulars SET state = 'published' WHERE id = $1",
        "UPDATE circulars SET state = 'elsewhere' WHERE id = $1",
        "UPDATE circulars SET kind = 'elsewhere' WHERE id = $1",
        "UPDATE circulars SET published_at = now() WHERE id = $1",
    ],
)
async def test_a_draft_has_no_state_that_its_facts_do_not_bear(
    database: Database, draft_id: str, statement: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError):
        await database.pool.execute(statement, draft_id)
