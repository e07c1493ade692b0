"""The guide's client, run as it is written, through both edges to the real exchange and a real PostgreSQL."""

import asyncio
import json
import os
import re
import sys
from collections.abc import Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from both_edges import haproxy_edge, mounted_edge, serving
from exchange_desk import ADMIN, API, GRANT, HOTLINE, NEW_KEY, ORDER
from starlette.types import ASGIApp

from exchange.main import SERVICE
from gateway import Backend, EdgeSettings, Limits
from shared.clusters import free_ports
from shared.identity import DevelopmentIssuer
from shared.service import Service
from shared.storage import Database
from shared.testing.clients import read_test_token

GUIDE: Final = Path(__file__).parents[3] / "docs" / "how-to" / "sign-a-department-call.md"


@pytest.fixture(scope="session")
def service() -> Service:
    """Return the service whose database the tests clone."""
    return SERVICE


async def key_made(app: ASGIApp) -> dict[str, Any]:
    """Make a key of a department that sends orders."""
    department = {"code": HOTLINE, "name": "12345", "territory": "610703", "contact": "0916-5512345"}
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app), base_url="http://inside", headers=ADMIN
    ) as client:
        entered = (await client.post(f"{API}/departments", json=department)).json()
        address = f"{API}/departments/{entered['id']}"
        await client.put(f"{address}/grants", json=GRANT | {"sends": ["orders"]})
        made: dict[str, Any] = (await client.post(f"{address}/keys", json=NEW_KEY)).json()
    return made


async def run_guide(url: str, key: Mapping[str, Any]) -> tuple[int | None, str, str]:
    """Run the guide's program; return its exit code and what it said."""
    found = re.search(r"^```python\n(.*?)^```$", GUIDE.read_text(encoding="utf-8"), re.DOTALL | re.MULTILINE)
    assert found is not None
    told = {
        "GONGZHI_URL": url,
        "GONGZHI_KEY_ID": key["key_id"],
        "GONGZHI_SECRET": key["secret"],
        "GONGZHI_ORDERS": json.dumps({"orders": [ORDER]}),
    }
    program = await asyncio.create_subprocess_exec(
        sys.executable, "-c", found[1], env=os.environ | told, stdout=-1, stderr=-1
    )
    out, err = await program.communicate()
    return program.returncode, out.decode(), err.decode()


def opened(
    form: str, app: ASGIApp, port: int, settings: EdgeSettings, issuer: DevelopmentIssuer, folder: Path
) -> AbstractAsyncContextManager[httpx.AsyncClient]:
    """Return one of the two edges, with two calls of a department a window."""
    limits = Limits(department_requests_per_10s=2)
    if form == "mounted":
        return mounted_edge({"exchange": app}, limits, issuer=issuer)
    others = [backend for backend in settings.backends if backend.service != "exchange"]
    backends = [*others, Backend(service="exchange", servers=[f"127.0.0.1:{port}"])]
    return haproxy_edge(replace(settings, backends=backends), limits, folder=folder)


@pytest.mark.parametrize("form", ["haproxy", "mounted"])
async def test_the_guides_client_is_understood_and_counted_by_its_key(
    form: str, database: Database, settings: EdgeSettings, issuer: DevelopmentIssuer, folder: Path
) -> None:
    app = SERVICE.app(database=database, bearer=read_test_token, cursor_key=b"cursor key of the tests")
    key, port = await key_made(app), free_ports()[0]

    async with serving(app, port=port), opened(form, app, port, settings, issuer, folder) as edge:
        url = str(edge.base_url).rstrip("/")
        wrong = await run_guide(url, {**key, "secret": "A" * 43 + "="})
        first = await run_guide(url, key)
        over = await run_guide(url, key)

    assert (wrong[0], "401" in wrong[2]) == (1, True)
    assert first[0] == 0, first[2]
    assert [order["order_no"] for order in json.loads(first[1])["items"]] == [ORDER["order_no"]]
    assert (over[0], "429" in over[2]) == (1, True)
