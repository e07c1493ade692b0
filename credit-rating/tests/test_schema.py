"""The migrations make what the code declares, and can be taken back."""

from credit_rating.main import SERVICE
from shared.storage import downgrade, migrate, unmigrated_changes
from shared.testing import ServiceDatabase


async def test_migrations_make_exactly_the_tables_of_the_code(service_database: ServiceDatabase) -> None:
    assert await unmigrated_changes(service_database.admin_dsn, schema=SERVICE.schema) == ""


async def test_migrations_can_be_taken_back_and_made_again(service_database: ServiceDatabase) -> None:
    await downgrade(service_database.admin_dsn, schema=SERVICE.schema)
    await migrate(service_database.admin_dsn, schemas=[SERVICE.schema])

    assert await unmigrated_changes(service_database.admin_dsn, schema=SERVICE.schema) == ""
