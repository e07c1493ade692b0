"""The tables in code are the tables in the database, there and back; the OpenAPI document shows an order."""

import json
import re

import httpx
from exchange_desk import API

from exchange.main import SERVICE
from shared.rules import read_rules
from shared.storage import downgrade, migrate, unmigrated_changes
from shared.testing import ServiceDatabase


async def test_no_table_lacks_its_migration(service_database: ServiceDatabase) -> None:
    assert await unmigrated_changes(service_database.admin_dsn, schema=SERVICE.schema) == ""


async def test_the_first_migration_goes_back_to_nothing(service_database: ServiceDatabase) -> None:
    await downgrade(service_database.admin_dsn, schema=SERVICE.schema)

    await migrate(service_database.admin_dsn, schemas=[SERVICE.schema])

    assert await unmigrated_changes(service_database.admin_dsn, schema=SERVICE.schema) == ""


async def test_the_openapi_document_shows_an_order_and_the_batch_of_events(client: httpx.AsyncClient) -> None:
    document = (await client.get(f"{API}/openapi.json")).json()

    schemas = document["components"]["schemas"]
    line = schemas["Batch"]["properties"]["orders"]["items"]
    answer = document["paths"][f"{API}/feed"]["get"]["responses"]["200"]["content"]
    refs = set(re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)))
    assert {"order_no", "category_code", "callback"} <= set(line["properties"])
    assert list(answer) == ["application/cloudevents-batch+json"]
    assert refs <= set(schemas)


def test_every_rule_names_its_source() -> None:
    rules = read_rules(package="exchange")

    assert {rule.key.partition(".")[0] for rule in rules} == {"ex"}
    assert all(rule.source and rule.tag for rule in rules)
