"""The page for operators: served whole by both edges, without the internet, under a strict policy."""

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import httpx
import pytest
import pytest_asyncio
from both_edges import haproxy_edge, mounted_edge

from gateway import ROUTES, EdgeSettings, Limits
from shared.identity import DevelopmentIssuer

PAGE: Final = "/api/operations"
LINKED: Final = re.compile(r'(?:src|href)="(/[^"]+)"')
IMPORTED: Final = re.compile(r'from "\./([a-z]+\.js)"')
# Where the namespace of SVG is no address that anybody asks.
NAMESPACE: Final = "http://www.w3.org/2000/svg"


@pytest_asyncio.fixture(loop_scope="session", params=["haproxy", "mounted"])
async def edge(
    request: pytest.FixtureRequest, settings: EdgeSettings, issuer: DevelopmentIssuer, folder: Path
) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of each of the two edges."""
    opened = (
        haproxy_edge(settings, Limits(), folder=folder)
        if request.param == "haproxy"
        else mounted_edge({}, Limits(), issuer=issuer)
    )
    async with opened as client:
        yield client


async def test_the_page_and_all_it_loads_are_shipped(edge: httpx.AsyncClient) -> None:
    page = await edge.get(PAGE)
    assert page.headers["content-type"] == "text/html; charset=utf-8"

    waiting, seen = LINKED.findall(page.text), dict[str, str]()
    while waiting:
        path = waiting.pop()
        answer = await edge.get(path)
        assert (answer.status_code, path) == (200, path)
        seen[path] = answer.text
        waiting += {f"{PAGE}/{name}" for name in IMPORTED.findall(answer.text)} - seen.keys()

    assert {path.rpartition(".")[2] for path in seen} == {"css", "js"}
    assert len(seen) > 5
    for path, text in {PAGE: page.text, **seen}.items():
        assert "http" not in text.replace(NAMESPACE, ""), path


async def test_the_page_asks_every_service_of_the_table(edge: httpx.AsyncClient) -> None:
    page = await edge.get(f"{PAGE}/")

    services = re.search(r'data-services="([^"]*)"', page.text)
    assert services is not None
    assert services[1].split() == [route.service for route in ROUTES]


async def test_nothing_of_elsewhere_or_inline_may_run(edge: httpx.AsyncClient) -> None:
    page = await edge.get(PAGE)

    policy = dict(part.split(" ", 1) for part in page.headers["content-security-policy"].split("; "))
    assert policy["default-src"] == policy["frame-ancestors"] == policy["form-action"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == policy["connect-src"] == "'self'"
    assert "<script>" not in page.text
    assert "style=" not in page.text
    assert not re.search(r"\son[a-z]+=", page.text)


@pytest.mark.parametrize("name", ["page.html", "__init__.py", "../documents.py", "unknown.js"])
async def test_what_is_no_part_of_the_page_is_not_found(edge: httpx.AsyncClient, name: str) -> None:
    answer = await edge.get(f"{PAGE}/{name.replace('/', '%2F')}")

    assert answer.status_code == 404
