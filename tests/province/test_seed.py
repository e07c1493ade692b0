"""`gongzhi seed`: plausible, the same for the same dice, whole after a break, never over real data."""

# ruff: noqa: S608 - the statements are put together from our own names

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from dispute_mediation.main import SERVICE as DISPUTE_MEDIATION
from estate_registry.main import SERVICE as ESTATE_REGISTRY
from onebox.seeding import refuse_outside_development, seed_province
from onebox.seeding.refusals import OtherProvinceHere, RealDataHere, SeedForDevelopmentOnly
from onebox.seeding.tables import CASE_TABLES, ESTATE_TABLES
from shared.contracts import CATALOGUE
from shared.settings import Environment
from shared.storage import administrator
from tests.province.conftest import PROVINCE

pytestmark = pytest.mark.slow
DEFINITIONS = """
SELECT pg_get_indexdef(indexrelid) || indisvalid::text
FROM pg_index i JOIN pg_class c ON c.oid = indexrelid JOIN pg_namespace n ON n.oid = relnamespace
WHERE nspname IN ('estate_registry', 'dispute_mediation') AND NOT c.relispartition
UNION ALL
SELECT conrelid::regclass || conname || pg_get_constraintdef(oid) || convalidated::text
FROM pg_constraint
WHERE connamespace IN ('estate_registry'::regnamespace, 'dispute_mediation'::regnamespace)
  AND conrelid NOT IN (SELECT inhrelid FROM pg_inherits)
"""
COUNTS = """
SELECT (SELECT count(*) FROM estate_registry.estates),
       (SELECT sum(households) FROM estate_registry.estates),
       (SELECT sum(households) FROM estate_registry.buildings),
       (SELECT count(*) FROM dispute_mediation.cases),
       (SELECT count(*) FROM dispute_mediation.known_estates)
"""
LATEST = """
SELECT max(greatest(received_at, accepted_at, closed_at, s.at))
FROM dispute_mediation.cases c LEFT JOIN dispute_mediation.case_steps s ON s.case_id = c.id
"""
BY_HAND = """
SET session_replication_role = replica;
INSERT INTO estate_registry.estates (id, code, territory, town, name, name_key, name_grams, address,
    address_key, area_m2x100, buildings, households, three_no, mode, operator_kind, registered_on,
    covered_from, version)
VALUES (gen_random_uuid(), '610703001-0001-1', '610703001', '610703001', 'x', 'x', '{x}', '', '', 0, 0, 0,
    false, 'community_management', 'custody', now(), now(), 1)
"""


class Broken(Exception):  # noqa: N818 - stands for a kill
    """Raised in the middle of a run."""


def silent(_told: str) -> None:
    """Take what is told."""


async def rows_of(dsn: str, statement: str) -> Sequence[Any]:
    async with administrator(dsn) as connection:
        return await connection.fetch(statement)


async def value_of(dsn: str, statement: str) -> Any:  # noqa: ANN401 - whatever the statement yields
    [row] = await rows_of(dsn, statement)
    return row[0]


async def content(dsn: str) -> dict[str, str]:
    """Return a digest of every table that was loaded, but for the numbers the journal draws."""
    digests = {}
    for table in {*ESTATE_TABLES, *CASE_TABLES, "dispute_mediation.case_numbers"}:
        one = "t - 'seq'" if table.endswith(".journal") else "t"
        # A seal differs each time it is made.
        one = f"{one} - 'phone'"
        digests[table] = await value_of(
            dsn,
            f"SELECT md5(string_agg(d, '' ORDER BY d)) FROM (SELECT ({one})::text AS d "
            f"FROM (SELECT to_jsonb(r) AS t FROM {table} r) x) y",
        )
    return digests


async def definitions(dsn: str) -> set[str]:
    """Return every index and reference of the two schemas, with whether each is valid."""
    return {row[0] for row in await rows_of(dsn, DEFINITIONS)}


async def test_it_holds_what_was_asked_for(seeded: str) -> None:
    counted = await rows_of(seeded, COUNTS)

    assert tuple(counted[0]) == (400, 9_000, 9_000, 3_000, 400)


async def test_every_index_and_reference_is_back_and_valid(platform: str, seeded: str) -> None:
    assert await definitions(seeded) == await definitions(platform)


async def test_numbers_of_cases_have_no_gap_and_go_on(seeded: str) -> None:
    gaps = await rows_of(
        seeded,
        "SELECT n.town, n.year FROM dispute_mediation.case_numbers n LEFT JOIN dispute_mediation.cases c "
        "ON c.case_no LIKE n.town || '-' || n.year || '-%' GROUP BY n.town, n.year, n.last "
        "HAVING count(c.id) <> n.last OR max(right(c.case_no, 5)::int) <> n.last",
    )

    assert gaps == []


async def test_nothing_has_happened_after_today(seeded: str) -> None:
    assert await value_of(seeded, LATEST) <= PROVINCE.now


@pytest.mark.parametrize("service", [ESTATE_REGISTRY, DISPUTE_MEDIATION], ids=lambda service: service.name)
async def test_the_journal_holds_good_facts_without_a_missing_version(seeded: str, service: Any) -> None:  # noqa: ANN401 - a Service; pytest's own name
    journal = f"{service.package}.journal"
    rows = await rows_of(seeded, f"SELECT DISTINCT ON (type) type, data::text AS data FROM {journal}")
    for row in rows:
        CATALOGUE[row["type"]].model_validate_json(row["data"])

    gaps = await rows_of(
        seeded,
        f"SELECT subject FROM {journal} JOIN {service.package}.subject_heads USING (subject) "
        "GROUP BY subject, version "
        "HAVING count(*) <> version OR max(subject_version) <> version OR min(subject_version) <> 1",
    )
    assert len(rows) > 2
    assert gaps == []


async def test_a_broken_run_goes_on_and_ends_as_an_unbroken_one(platform: str, seeded: str) -> None:
    def break_off(told: str) -> None:
        if "cases: 2" in told:
            raise Broken

    with pytest.raises(Broken):
        await seed_province(platform, province=PROVINCE, say=break_off)
    await seed_province(platform, province=PROVINCE, say=silent)

    assert await content(platform) == await content(seeded)


async def test_another_size_is_refused_where_one_was_begun(seeded: str) -> None:
    larger = replace(PROVINCE, estates=500)

    with pytest.raises(OtherProvinceHere):
        await seed_province(seeded, province=larger, say=silent)


async def test_real_data_are_left_alone(platform: str) -> None:
    async with administrator(platform) as connection:
        await connection.execute(BY_HAND)

    with pytest.raises(RealDataHere):
        await seed_province(platform, province=PROVINCE, say=silent)

    assert await value_of(platform, "SELECT count(*) FROM dispute_mediation.known_estates") == 0


def test_made_up_data_are_refused_in_production() -> None:
    with pytest.raises(SeedForDevelopmentOnly):
        refuse_outside_development(Environment.PRODUCTION)
