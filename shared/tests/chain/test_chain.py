"""The hash chain: late commits are sealed, whatever is rewritten afterwards is found and named."""

import hashlib
import json
from typing import TYPE_CHECKING

import asyncpg
import pytest
from sample_service import add_thing

from shared.chain import JOURNAL_CHAIN, Digest, Fault, Sealer, Verified, Verifier, standing, unsealed
from shared.kernel import Actor, Scope
from shared.storage import Database, Occasion
from shared.testing import SettableClock

if TYPE_CHECKING:
    Superuser = asyncpg.Connection[asyncpg.Record]

BLOCK = 4


def occasion() -> Occasion:
    actor = Actor(person="officer", role="R11", scope=Scope("610703"))
    return Occasion(actor=actor, now=SettableClock().now, reason='甲\n"乙"\t\u007f')


async def write(database: Database, count: int) -> None:
    for number in range(count):
        async with database.begin(occasion()) as work:
            await add_thing(work, name=f"thing {number}", territory="610703001")


def sealer(database: Database, digest: Digest = Digest.SHA256) -> Sealer:
    return Sealer(
        database=database, chain=JOURNAL_CHAIN, digest=digest, clock=SettableClock(), block_rows=BLOCK
    )


async def seal(database: Database, digest: Digest = Digest.SHA256) -> Sealer:
    """Seal until nothing is left: the first step sees the highest number, the next finds it final."""
    made = sealer(database, digest)
    await made.step()
    while await made.step():
        pass
    return made


async def walk(database: Database, *, first: int = 1, head: str = "") -> Verified:
    async with database.read(occasion()) as work:
        verifier = Verifier(work=work, chain=JOURNAL_CHAIN, first=first, known_head=head)
        async for _ in verifier.walk():
            pass
    return verifier.seen


async def faults(database: Database, *, head: str = "") -> list[tuple[Fault, int | None]]:
    return [(finding.fault, finding.row) for finding in (await walk(database, head=head)).findings]


async def sealed_ten(database: Database) -> list[int]:
    await write(database, 10)
    await seal(database)
    async with database.read(occasion()) as work:
        rows = await work.connection.fetch("SELECT seq FROM journal ORDER BY seq")
    return [row["seq"] for row in rows]


@pytest.mark.parametrize("digest", Digest)
async def test_what_is_sealed_verifies_in_blocks_that_follow_each_other(
    database: Database, digest: Digest
) -> None:
    await write(database, 10)

    made = await seal(database, digest=digest)

    seen = await walk(database, head=made.metrics.head.hex())
    assert (seen.rows, seen.blocks, seen.findings) == (10, 3, [])
    assert (made.metrics.rows, made.metrics.lag_rows, made.metrics.lag_seconds) == (10, 0, 0.0)


async def test_rows_behind_the_seal_are_counted_and_no_fault(database: Database) -> None:
    numbers = await sealed_ten(database)
    await write(database, 2)

    seen = await walk(database)

    async with database.read(occasion()) as work:
        assert await unsealed(work, JOURNAL_CHAIN, after=seen.upto) == 2
        state = await standing(work, JOURNAL_CHAIN)
    assert seen.intact
    assert (state.sealed_upto, state.last_number, state.blocks) == (numbers[-1], numbers[-1] + 2, 3)
    assert state.waiting_since == occasion().now


async def test_a_low_number_that_commits_late_is_waited_for_and_sealed(database: Database) -> None:
    late = await database.connect()
    async with late.transaction():
        await late.execute("INSERT INTO subject_heads VALUES ('late', 1)")
        await late.execute(
            "INSERT INTO journal (recorded_at, event_id, type, subject, subject_version, territory, person,"
            " role, pii_level, data) VALUES (now(), gen_random_uuid(), 't', 'late', 1, '', 'p', 'r', 0, '{}')"
        )
        await write(database, 5)
        made = await seal(database)
        before = made.metrics.rows
    await late.close()
    while await made.step():
        pass

    seen = await walk(database)

    assert before == 0
    assert (seen.rows, seen.findings) == (6, [])


async def test_two_sealers_beside_each_other_make_one_chain(database: Database) -> None:
    one, other = sealer(database), sealer(database)
    await write(database, 10)
    for _ in range(4):
        await one.step()
        await other.step()

    seen = await walk(database)

    assert (seen.rows, seen.findings) == (10, [])
    assert one.metrics.rows + other.metrics.rows == 10


async def test_one_changed_byte_is_found_and_named(database: Database, intruder: "Superuser") -> None:
    numbers = await sealed_ten(database)

    await intruder.execute("UPDATE journal SET person = 'officeR' WHERE seq = $1", numbers[5])

    (finding,) = (await walk(database)).findings
    assert (finding.fault, finding.block, finding.row) == (Fault.ROW_CHANGED, 2, numbers[5])
    assert finding.sealed != finding.found


async def test_a_change_within_the_payload_is_found(database: Database, intruder: "Superuser") -> None:
    numbers = await sealed_ten(database)

    await intruder.execute(
        "UPDATE journal SET data = jsonb_set(data, '{called}', '\"thing 9 \"') WHERE seq = $1", numbers[9]
    )

    assert await faults(database) == [(Fault.ROW_CHANGED, numbers[9])]


async def test_a_deleted_row_is_found_and_named(database: Database, intruder: "Superuser") -> None:
    numbers = await sealed_ten(database)

    await intruder.execute("DELETE FROM journal WHERE seq = $1", numbers[0])

    assert await faults(database) == [(Fault.ROW_MISSING, numbers[0])]


async def test_a_row_put_into_a_sealed_gap_is_found_and_named(
    database: Database, intruder: "Superuser"
) -> None:
    await write(database, 3)
    await intruder.execute("SELECT nextval(pg_get_serial_sequence('journal', 'seq'))")
    await write(database, 3)
    await seal(database)
    gap = 4

    await intruder.execute(
        "INSERT INTO journal OVERRIDING SYSTEM VALUE SELECT (jsonb_populate_record(j, '{\"seq\": 4}')).* "
        "FROM journal AS j WHERE seq = 3"
    )

    # A copy under another number holds what was sealed as the row it was copied from: but it is one too many.
    assert await faults(database) == [(Fault.ROW_ADDED, gap)]


async def test_two_rows_that_changed_places_are_named_both(database: Database, intruder: "Superuser") -> None:
    numbers = await sealed_ten(database)
    one, other = numbers[0], numbers[2]

    await intruder.execute(
        "UPDATE journal SET person = b.person, data = b.data, event_id = b.event_id, subject = b.subject "
        "FROM journal AS b WHERE journal.seq + b.seq = $1::bigint + $2 AND journal.seq IN ($1, $2)",
        one,
        other,
    )

    assert await faults(database) == [(Fault.ROW_MOVED, one), (Fault.ROW_MOVED, other)]


async def test_a_removed_block_is_found_and_named(database: Database, intruder: "Superuser") -> None:
    await sealed_ten(database)

    await intruder.execute("DELETE FROM seals WHERE number = 2")

    (finding,) = (await walk(database)).findings
    assert (finding.fault, finding.block) == (Fault.BLOCK_MISSING, 2)


async def test_a_removed_last_block_is_found_by_whoever_noted_the_head(
    database: Database, intruder: "Superuser"
) -> None:
    await write(database, 10)
    head = (await seal(database)).metrics.head.hex()

    await intruder.execute("DELETE FROM seals WHERE number = 3")

    assert await faults(database) == []
    assert await faults(database, head=head) == [(Fault.HEAD_UNKNOWN, None)]


@pytest.mark.parametrize(
    "change",
    [
        "leaves = set_byte(leaves, 0, get_byte(leaves, 0) # 1)",
        "members = '1-3'",
        "sealed_at = sealed_at + interval '1 microsecond'",
        "previous = '\\x00'",
        "last = last - 1",
        "columns = columns[1:3]",
    ],
)
async def test_a_changed_block_is_found_and_named(
    database: Database, intruder: "Superuser", change: str
) -> None:
    await sealed_ten(database)

    await intruder.execute(f"UPDATE seals SET {change} WHERE number = 1")  # noqa: S608 - a change of ours

    first = (await walk(database)).findings[0]
    assert (first.fault, first.block) == (Fault.BLOCK_CHANGED, 1)


async def test_a_row_rewritten_together_with_its_block_breaks_the_next_block(
    database: Database, intruder: "Superuser"
) -> None:
    numbers = await sealed_ten(database)
    await intruder.execute("UPDATE journal SET person = 'nobody' WHERE seq = $1", numbers[0])
    await intruder.execute("CREATE TEMP TABLE kept AS SELECT * FROM seals WHERE number > 1")
    await intruder.execute("DELETE FROM seals")
    await sealer_of_one_block(database)
    await intruder.execute("INSERT INTO seals SELECT * FROM kept")

    first = (await walk(database)).findings[0]

    assert (first.fault, first.block) == (Fault.BLOCK_CHANGED, 2)


async def sealer_of_one_block(database: Database) -> None:
    made = sealer(database)
    await made.step()
    assert await made.step() == BLOCK


async def test_the_service_itself_cannot_change_or_remove_a_seal(database: Database) -> None:
    await sealed_ten(database)

    for statement in ("UPDATE seals SET members = ''", "DELETE FROM seals", "TRUNCATE seals"):
        async with database.read(occasion()) as work:
            with pytest.raises((asyncpg.RestrictViolationError, asyncpg.InsufficientPrivilegeError)):
                await work.connection.execute(statement)


async def test_a_column_added_later_leaves_old_blocks_intact(
    database: Database, intruder: "Superuser"
) -> None:
    await sealed_ten(database)

    await intruder.execute("ALTER TABLE journal ADD COLUMN later text DEFAULT 'x'")

    assert (await walk(database)).intact


async def test_a_stranger_can_make_the_hashes_again(database: Database) -> None:
    await write(database, 1)
    await seal(database)
    async with database.read(occasion()) as work:
        row = await work.connection.fetchrow("SELECT *, data::text AS text FROM journal")
        block = await work.connection.fetchrow("SELECT * FROM seals")
    assert row is not None
    assert block is not None

    values = {
        **dict(row),
        "recorded_at": row["recorded_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        "data": row["text"],
    }
    told = [None if values[name] is None else str(values[name]) for name in block["columns"]]
    leaf = hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).digest()
    header = ["journal", 1, "sha256", list(block["columns"]), 0, 1, "1-1"]
    header += [block["sealed_at"].strftime("%Y-%m-%dT%H:%M:%S.%fZ"), ""]
    text = json.dumps(header, ensure_ascii=False, separators=(",", ":"))

    assert block["leaves"] == leaf
    assert block["hash"] == hashlib.sha256(text.encode() + b"\n" + leaf).digest()
