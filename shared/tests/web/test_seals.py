"""The hash chain on the API: how it stands and whether it holds, for the audit role alone."""

import asyncpg
import httpx

from shared.chain import JOURNAL_CHAIN, Sealer
from shared.identity import Role
from shared.storage import Database
from shared.testing import ServiceDatabase, SettableClock, as_role

OFFICER = as_role(Role.AUTHORITY_OFFICER, "610703")
AUDITOR = as_role(Role.AUDIT_ADMIN, "")
SEALS = "/api/sample/audit/seals"
WALK = f"{SEALS}/journal/verification"


async def sealed(client: httpx.AsyncClient, database: Database, rows: int) -> Sealer:
    for number in range(rows):
        body = {"name": f"thing {number}", "territory": "610703001"}
        await client.post("/api/sample/things", json=body, headers=OFFICER)
    sealer = Sealer(database=database, chain=JOURNAL_CHAIN, clock=SettableClock(), block_rows=2)
    await sealer.step()
    while await sealer.step():
        pass
    return sealer


async def test_it_says_how_far_the_chain_reaches_and_what_waits(
    client: httpx.AsyncClient, database: Database
) -> None:
    sealer = await sealed(client, database, 3)

    (chain,) = (await client.get(SEALS, headers=AUDITOR)).json()["chains"]

    assert chain == {
        "chain": "journal",
        "blocks": 2,
        "head": sealer.metrics.head.hex(),
        "digest": "sha256",
        "sealed_upto": 3,
        "sealed_at": "2026-03-02T04:00:00Z",
        "last_number": 3,
        "waiting_since": None,
    }


async def test_a_walk_goes_on_where_the_last_one_ended(client: httpx.AsyncClient, database: Database) -> None:
    await sealed(client, database, 5)

    first = (await client.get(f"{WALK}?blocks=2", headers=AUDITOR)).json()
    rest = (await client.get(f"{WALK}?first_block={first['next_block']}", headers=AUDITOR)).json()

    assert (first["rows"], first["intact"], rest["rows"], rest["intact"]) == (4, True, 1, True)
    assert rest["next_block"] is None


async def test_a_changed_row_is_named_in_both_languages(
    client: httpx.AsyncClient, database: Database, service_database: ServiceDatabase
) -> None:
    await sealed(client, database, 3)
    superuser = await asyncpg.connect(service_database.admin_dsn)
    await superuser.execute("SET session_replication_role = replica")
    await superuser.execute("UPDATE sample.journal SET person = 'nobody' WHERE seq = 2")
    await superuser.close()

    answer = (await client.get(WALK, headers=AUDITOR)).json()

    (finding,) = answer["findings"]
    assert (answer["intact"], finding["fault"], finding["row"]) == (False, "row-changed", 2)
    assert "第 2 号记录" in finding["zh"]
    assert "row 2" in finding["en"]


async def test_an_unknown_chain_and_another_role_are_refused(client: httpx.AsyncClient) -> None:
    unknown = await client.get(f"{SEALS}/books/verification", headers=AUDITOR)
    stranger = await client.get(SEALS, headers=OFFICER)

    assert (unknown.status_code, stranger.status_code) == (404, 403)
    assert unknown.json()["type"].endswith("chain-not-found")
