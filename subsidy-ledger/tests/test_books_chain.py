"""The books are chained too: a voucher with its entries is one link."""

import asyncpg
import pytest
from ledger_desk import District

from shared.chain import Fault, Sealer, Verified, Verifier
from shared.kernel import Actor
from shared.storage import Database, Occasion
from shared.testing import ServiceDatabase, SettableClock
from subsidy_ledger.books.storage import BOOKS_CHAIN


async def walked(database: Database) -> Verified:
    occasion = Occasion(actor=Actor.system("test"), now=SettableClock().now)
    async with database.read(occasion) as work:
        verifier = Verifier(work=work, chain=BOOKS_CHAIN)
        async for _ in verifier.walk():
            pass
    return verifier.seen


async def posted_and_sealed(district: District) -> None:
    await district.budget(1_000_00)
    await district.budget(2_000_00, year=2027)
    sealer = Sealer(database=district.database, chain=BOOKS_CHAIN)
    await sealer.step()
    assert await sealer.step() == 2


async def test_posted_vouchers_are_sealed_with_their_entries(district: District) -> None:
    await posted_and_sealed(district)

    seen = await walked(district.database)

    assert (seen.rows, seen.findings) == (2, [])


@pytest.mark.parametrize(
    ("forgery", "fault"),
    [
        ("UPDATE entries SET amount_fen = amount_fen + 1 WHERE voucher_id = $1", Fault.ROW_CHANGED),
        ("DELETE FROM entries WHERE voucher_id = $1 AND line = 2", Fault.ROW_CHANGED),
        (("INSERT INTO entries SELECT voucher_id, 9, book, account, side, 1 FROM entries "
         "WHERE voucher_id = $1 AND line = 1"), Fault.ROW_CHANGED),
        ("UPDATE vouchers SET memo = 'x' WHERE id = $1", Fault.ROW_CHANGED),
        ("DELETE FROM vouchers WHERE id = $1", Fault.ROW_MISSING),
    ],
)  # fmt: skip
async def test_a_forged_voucher_or_entry_is_found_and_named(
    district: District, service_database: ServiceDatabase, forgery: str, fault: Fault
) -> None:
    await posted_and_sealed(district)
    superuser = await asyncpg.connect(
        service_database.admin_dsn,
        server_settings={"search_path": "subsidy_ledger,public", "session_replication_role": "replica"},
    )
    row = await superuser.fetchrow("SELECT id, seq FROM vouchers ORDER BY seq DESC LIMIT 1")
    assert row is not None

    await superuser.execute(forgery, row["id"])
    await superuser.close()

    (finding,) = (await walked(district.database)).findings
    assert (finding.fault, finding.row) == (fault, row["seq"])
