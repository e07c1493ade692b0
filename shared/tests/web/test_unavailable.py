import asyncpg
import httpx
import pytest
from sample_service import FACTS

from shared.identity import Role
from shared.storage import Database, Work
from shared.testing import as_role, recorded_events

OFFICER = as_role(Role.AUTHORITY_OFFICER)


@pytest.mark.parametrize(
    "fault", [asyncpg.DeadlockDetectedError, asyncpg.SerializationError, asyncpg.LockNotAvailableError]
)
async def test_a_command_that_met_another_transaction_is_to_be_tried_again(
    client: httpx.AsyncClient, database: Database, monkeypatch: pytest.MonkeyPatch, fault: type[Exception]
) -> None:
    async def meet(*_: Work, **__: object) -> None:
        raise fault

    monkeypatch.setattr("sample_service.add_thing", meet)

    answer = await client.post(
        "/api/sample/things", json={"name": "roof", "territory": "610703001"}, headers=OFFICER
    )

    assert (answer.status_code, answer.json()["type"]) == (503, "/api/problems/temporarily-unavailable")
    assert await recorded_events(database, catalogue=FACTS) == []
