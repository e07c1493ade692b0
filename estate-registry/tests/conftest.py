"""What the tests of the register share: the service, estates, companies, and lists that are taken in."""

from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any, Final

import httpx
import pytest

from estate_registry.main import SERVICE
from shared.contracts.credit_rating import CompanyEntered
from shared.identity import Role
from shared.service import Service
from shared.storage import Database
from shared.testing import SettableClock, as_role, deliver, run_due_tasks

API: Final = "/api/estate-registry"
COMMUNITY: Final = "610703001001"
ORG: Final = "91610703MA6YW8X13N"
OTHER_ORG: Final = "91610703MA6YT3K7X1"
TOWN_OFFICER: Final = as_role(Role.TOWN_OFFICER, "610703001")
OFFICER: Final = as_role(Role.AUTHORITY_OFFICER)
REAL_LISTS: Final = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def service() -> Service:
    return SERVICE


@pytest.fixture
def make_estate(client: httpx.AsyncClient) -> Callable[..., Awaitable[dict[str, Any]]]:
    async def make(**given: object) -> dict[str, Any]:
        body = {"territory": COMMUNITY, "name": "汉山小区", **given}
        response = await client.post(f"{API}/estates", json=body, headers=TOWN_OFFICER)
        assert response.status_code == 201, response.text
        view: dict[str, Any] = response.json()
        return view

    return make


@pytest.fixture
async def companies(database: Database, clock: SettableClock) -> tuple[str, str]:
    for org in (ORG, OTHER_ORG):
        entered = CompanyEntered(org=org, company_name="南郑安居物业", territory="610703", warnings=[])
        await deliver(SERVICE, database, entered, now=clock())
    return ORG, OTHER_ORG


@pytest.fixture
def take_in(
    client: httpx.AsyncClient, database: Database, clock: SettableClock
) -> Callable[..., Awaitable[dict[str, Any]]]:
    """Hand a list in, have the worker work it off, and return what the import says then."""

    async def take(
        content: bytes,
        *,
        territory: str = "610703",
        source: str = "底册",
        headers: Mapping[str, str] = OFFICER,
    ) -> dict[str, Any]:
        response = await client.post(
            f"{API}/estate-imports",
            params={"territory": territory, "source": source, "file_name": "list.csv"},
            content=content,
            headers={**headers, "content-type": "text/csv"},
        )
        assert response.status_code == 202, response.text
        await run_due_tasks(SERVICE, database, clock)
        view: dict[str, Any] = (await client.get(response.headers["location"], headers=headers)).json()
        return view

    return take


@pytest.fixture
def all_estates(client: httpx.AsyncClient) -> Callable[[], Awaitable[list[dict[str, Any]]]]:
    """Return every estate, page after page, in the order of the list."""

    async def read() -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        cursor: str | None = ""
        while cursor is not None:
            params = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
            page = (await client.get(f"{API}/estates", params=params)).json()
            found += page["items"]
            cursor = page["next_cursor"]
        return found

    return read


@pytest.fixture(scope="session")
def real_list() -> Callable[[str], bytes]:
    """Return a real list that is not part of the project, or skip the test where it is not there."""

    def read(name: str) -> bytes:
        path = REAL_LISTS / name
        if not path.exists():
            pytest.skip(f"{name} is not here: real lists lie in ../shared/data beside the project")
        return path.read_bytes()

    return read
