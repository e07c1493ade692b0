"""A clerk's desk in the maintenance fund."""

from dataclasses import dataclass
from typing import Any, Final

import httpx

from shared.identity import Role
from shared.storage import Database
from shared.testing import as_role

API: Final = "/api/subsidy-ledger/funds"
CLERK: Final = as_role(Role.FUND_CLERK, "610703", person="clerk")
TERRITORY: Final = "610703001001"
LEDGER: Final = "610703001001-B01"


@dataclass
class Fund:
    client: httpx.AsyncClient
    database: Database

    async def post(self, path: str, body: dict[str, Any], headers: dict[str, str] = CLERK) -> httpx.Response:
        return await self.client.post(f"{API}{path}", json=body, headers=headers)

    async def account(
        self,
        code: str,
        kind: str = "household",
        ledger: str = LEDGER,
        *,
        territory: str = TERRITORY,
        headers: dict[str, str] = CLERK,
    ) -> str:
        body = {"territory": territory, "ledger": ledger, "kind": kind, "code": code}
        answer = await self.post("/accounts", body, headers)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["id"])

    async def transfer(self, giver: str, taker: str, fen: int, **headers: str) -> httpx.Response:
        body = {"from_account": giver, "to_account": taker, "amount_fen": fen, "memo": "续筹"}
        return await self.post("/postings", body, CLERK | headers)

    async def balance(self, account: str) -> int:
        answer = await self.client.get(f"{API}/accounts/{account}", headers=CLERK)
        return int(answer.json()["balance_fen"])

    async def numbers(self) -> list[int]:
        rows = await self.database.pool.fetch("SELECT number FROM fund_postings ORDER BY number")
        return [row["number"] for row in rows]
