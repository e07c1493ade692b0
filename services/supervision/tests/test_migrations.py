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
