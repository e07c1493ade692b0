import csv
from collections.abc import Iterator
from importlib.resources import files

import pytest
from ledger_desk import District

from shared.kernel import is_territory_code
from shared.rules import read_rules
from shared.storage import downgrade, migrate, unmigrated_changes
from shared.testing import ServiceDatabase, TestCluster
from subsidy_ledger.books.domain import POSTING_RULES, Book
from subsidy_ledger.budgets.domain import QUOTA_ACCOUNTS
from subsidy_ledger.main import SERVICE
from subsidy_ledger.seed import seed


def rows(name: str) -> Iterator[dict[str, str]]:
    text = (files("subsidy_ledger") / "data" / name).read_text(encoding="utf-8")
    yield from csv.DictReader(text.splitlines())


async def test_the_catalogue_lists_all_programmes_and_opens_one(district: District) -> None:
    listed = (await district.get("/programmes", desk="manager")).json()["items"]
    opened = (await district.get("/programmes", desk="manager", open="true")).json()["items"]

    assert [item["code"] for item in listed] == [f"P{number:02d}" for number in range(1, 12)]
    assert [item["code"] for item in opened] == ["P02"]
    assert [(rate["step"], rate["rate"]) for rate in opened[0]["rates"]] == [("1", 30), ("2", 20), ("3", 10)]


async def test_the_coefficients_are_those_of_the_grades(district: District) -> None:
    items = (await district.get("/coefficients", desk="manager")).json()["items"]

    assert {item["grade"]: item["hundredths"] for item in items} == {
        "AAA": 110,
        "AA": 100,
        "A": 100,
        "B": 90,
        "C": 0,
        "BLACK": 0,
    }


async def test_the_accounts_are_listed_page_by_page(district: District) -> None:
    first = (await district.get("/books/accounts", limit="10")).json()
    rest = (await district.get("/books/accounts", limit="10", cursor=first["next_cursor"])).json()

    numbers = [item["number"] for item in first["items"] + rest["items"]]
    assert numbers == sorted(row["number"] for row in rows("accounts.csv"))


def test_every_posting_rule_names_accounts_of_its_book() -> None:
    books = {row["number"]: row["book"] for row in rows("accounts.csv")}

    for rules in POSTING_RULES.values():
        for book, debited, credited in rules:
            assert {books[debited], books[credited]} == {book.value}


def test_the_quota_stands_on_the_accounts_that_the_chart_says() -> None:
    chart = {
        row["number"]: (row["quota"], row["normal_side"]) for row in rows("accounts.csv") if row["quota"]
    }

    assert chart == QUOTA_ACCOUNTS
    assert {row["book"] for row in rows("accounts.csv")} == set(Book)


@pytest.mark.parametrize("package", ["subsidy_ledger", "subsidy_ledger.demo"])
def test_every_rule_has_a_source_and_a_tag(package: str) -> None:
    for rule in read_rules(package=package):
        assert rule.source
        assert rule.tag
        assert is_territory_code(rule.territory)


async def test_seeding_again_changes_nothing(district: District) -> None:
    await district.settle()
    before = (await district.get("/programmes", desk="manager")).json()

    await SERVICE.put_reference_data(district.database, clock=district.clock)

    assert SERVICE.seed is seed
    assert (await district.get("/programmes", desk="manager")).json() == before


async def test_in_production_no_demo_rule_shortens_the_publicity(
    district: District, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GONGZHI_ENVIRONMENT", "production")
    async with district.database.pool.acquire() as connection:
        await connection.execute("DELETE FROM rule_parameters WHERE key = 'sl.publicity_days'")

    await SERVICE.put_reference_data(district.database, clock=district.clock)

    async with district.database.pool.acquire() as connection:
        found = await connection.fetch(
            "SELECT value, territory FROM rule_parameters WHERE key = 'sl.publicity_days'"
        )
    assert [tuple(row) for row in found] == [("7", "")]


async def test_the_migration_makes_exactly_the_tables_of_the_code(
    service_database: ServiceDatabase,
) -> None:
    assert await unmigrated_changes(service_database.admin_dsn, schema=SERVICE.schema) == ""


async def test_the_migration_goes_back_and_forth(
    service_database: ServiceDatabase, cluster: TestCluster
) -> None:
    await downgrade(service_database.admin_dsn, schema=SERVICE.schema)
    await migrate(service_database.admin_dsn, schemas=[SERVICE.schema])

    assert await unmigrated_changes(service_database.admin_dsn, schema=SERVICE.schema) == ""
    assert cluster.templates
