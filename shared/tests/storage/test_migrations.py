from dataclasses import replace

from sqlalchemy import Column, Integer, MetaData, Table

from shared.service import Service
from shared.storage import downgrade, migrate, prepare_cluster, unmigrated_changes
from shared.testing import TestCluster


async def test_migrations_go_up_down_and_up_again_and_leave_nothing_out(
    cluster: TestCluster, service: Service
) -> None:
    dsn = cluster.dsn(await cluster.empty_database())
    schema = service.schema

    await prepare_cluster(dsn, schemas=[schema], passwords={schema.name: "test"})
    await migrate(dsn, schemas=[schema])
    assert await unmigrated_changes(dsn, schema=schema) == ""
    await downgrade(dsn, schema=schema)
    await migrate(dsn, schemas=[schema])

    assert await unmigrated_changes(dsn, schema=schema) == ""


async def test_a_table_without_a_migration_is_told(cluster: TestCluster, service: Service) -> None:
    dsn = cluster.dsn(await cluster.empty_database())
    schema = service.schema
    await prepare_cluster(dsn, schemas=[schema], passwords={schema.name: "test"})
    await migrate(dsn, schemas=[schema])

    forgotten = await _with_one_more_table(dsn, service)

    assert "forgotten" in forgotten


async def _with_one_more_table(dsn: str, service: Service) -> str:
    wider = MetaData(naming_convention=service.metadata.naming_convention)
    for table in service.metadata.tables.values():
        table.to_metadata(wider)
    Table("forgotten", wider, Column("id", Integer, primary_key=True))
    return await unmigrated_changes(dsn, schema=replace(service.schema, metadata=wider))
