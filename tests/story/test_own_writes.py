"""The one box, with PostgreSQL between: a write in one service is read in another by its token."""

from collections.abc import AsyncIterator

import httpx
import pytest
import pytest_asyncio

from tests.story.box import RunningBox
from tests.story.own_writes import OwnWrites

pytestmark = pytest.mark.slow


@pytest_asyncio.fixture(loop_scope="session")
async def own(demo_box: RunningBox) -> AsyncIterator[OwnWrites]:
    headers = {"authorization": f"Bearer {demo_box.token('R11')}"}
    async with httpx.AsyncClient(base_url=demo_box.url, headers=headers, timeout=30) as client:
        yield OwnWrites(client=client, admin_dsn=demo_box.admin_dsn)


async def test_a_write_is_read_at_once_in_another_service(own: OwnWrites) -> None:
    await own.every_write_is_read_at_once()


async def test_a_read_that_waits_too_long_is_refused_by_its_token(own: OwnWrites) -> None:
    await own.a_read_waits_no_longer_than_it_may()


async def test_a_read_that_waits_is_answered_when_the_fact_comes(own: OwnWrites) -> None:
    await own.a_read_goes_on_as_soon_as_the_fact_is_applied()
