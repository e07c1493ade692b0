"""One document of all services, and pages that need no internet."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final

import httpx
import pytest
import pytest_asyncio
from fastapi import FastAPI
from fastapi.openapi.models import OpenAPI
from pydantic import BaseModel

from gateway import Documents, merge_openapi
from shared.contracts import CATALOGUE
from shared.contracts.schemas import snapshot
from shared.messaging import dataschema_of

ESTATES: Final = "/api/estate-registry/estates"
COMPANIES: Final = "/api/credit-rating/companies"


def estates() -> dict[str, Any]:
    """Return the document of a service whose only route takes and gives an `Item`."""
    app = FastAPI()

    class Item(BaseModel):
        households: int

    @app.post(ESTATES)
    async def make(body: Item) -> Item:
        return body

    return app.openapi()


def companies() -> dict[str, Any]:
    """Return the document of another service, whose `Item` is another one."""
    app = FastAPI()

    class Item(BaseModel):
        uscc: str

    @app.post(COMPANIES)
    async def make(body: Item) -> Item:
        return body

    return app.openapi()


@pytest.fixture
def documents() -> dict[str, dict[str, Any]]:
    return {"estate-registry": estates(), "credit-rating": companies()}


@pytest_asyncio.fixture(loop_scope="session")
async def pages(documents: dict[str, dict[str, Any]]) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=Documents(lambda: merge_openapi(documents)))
    async with httpx.AsyncClient(transport=transport, base_url="http://gongzhi.test") as opened:
        yield opened


def references(part: object) -> Iterator[str]:
    if isinstance(part, dict):
        if isinstance(part.get("$ref"), str):
            yield part["$ref"]
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for item in part:
            yield from references(item)


def body_fields(merged: dict[str, Any], path: str) -> set[str]:
    """Return the field names of the body a route takes, found by its reference."""
    content = merged["paths"][path]["post"]["requestBody"]["content"]["application/json"]
    name = content["schema"]["$ref"].rpartition("/")[2]
    return set(merged["components"]["schemas"][name]["properties"])


def test_the_merged_document_has_the_routes_of_all(documents: dict[str, dict[str, Any]]) -> None:
    merged = merge_openapi(documents)

    OpenAPI.model_validate(merged)
    assert set(merged["paths"]) == {ESTATES, COMPANIES}


def test_equal_names_of_two_services_stay_two_schemas(documents: dict[str, dict[str, Any]]) -> None:
    merged = merge_openapi(documents)

    assert body_fields(merged, ESTATES) == {"households"}
    assert body_fields(merged, COMPANIES) == {"uscc"}


def test_every_reference_finds_its_schema(documents: dict[str, dict[str, Any]]) -> None:
    merged = merge_openapi(documents)

    known = {f"#/components/schemas/{name}" for name in merged["components"]["schemas"]}
    assert set(references(merged)) <= known
    assert len(set(references(merged))) >= 4


def test_merging_leaves_the_services_own_documents_alone(documents: dict[str, dict[str, Any]]) -> None:
    before = json.dumps(documents)

    merge_openapi(documents)

    assert json.dumps(documents) == before


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs/"])
async def test_the_page_asks_only_this_server(pages: httpx.AsyncClient, path: str) -> None:
    answer = await pages.get(path)

    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "/api/docs/swagger-ui-bundle.js" in answer.text
    assert "//" not in answer.text


async def test_the_merged_document_is_served(
    pages: httpx.AsyncClient, documents: dict[str, dict[str, Any]]
) -> None:
    answer = await pages.get("/api/openapi.json")

    assert answer.json() == merge_openapi(documents)


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("swagger-ui.css", "text/css"),
        ("swagger-ui-bundle.js", "text/javascript"),
        ("start.js", "text/javascript"),
    ],
)
async def test_the_assets_are_shipped(pages: httpx.AsyncClient, name: str, media_type: str) -> None:
    answer = await pages.get(f"/api/docs/{name}")

    assert (answer.status_code, answer.headers["content-type"].partition(";")[0]) == (200, media_type)
    assert int(answer.headers["content-length"]) == len(answer.content) > 100


@pytest.mark.parametrize("name", ["unknown.js", "../../../etc/passwd", "swagger-ui.css.map", ".."])
async def test_an_asset_that_is_not_shipped_is_not_found(pages: httpx.AsyncClient, name: str) -> None:
    answer = await pages.get(f"/api/docs/{name.replace('/', '%2F')}")

    assert (answer.status_code, answer.json()["type"]) == (404, "/api/problems/no-such-address")


async def test_every_event_has_its_schema_where_its_dataschema_says(pages: httpx.AsyncClient) -> None:
    listed: dict[str, str] = (await pages.get("/api/schemas")).json()["schemas"]

    assert set(listed) >= {dataschema_of(name) for name in CATALOGUE}
    for name, fact in CATALOGUE.items():
        answer = await pages.get(listed[dataschema_of(name)])
        assert answer.headers["content-type"] == "application/schema+json"
        assert answer.json() == {"$id": dataschema_of(name), **snapshot(fact)}


@pytest.mark.parametrize("name", ["urn:gongzhi:schema:nz.x.Unknown.v1", "", "..", "nz.x.Y.v1.json"])
async def test_a_schema_that_was_never_published_is_not_found(pages: httpx.AsyncClient, name: str) -> None:
    answer = await pages.get(f"/api/schemas/{name}")

    assert (answer.status_code, answer.json()["type"]) == (404, "/api/problems/no-such-address")


SOME_SCHEMA: Final = f"/api/schemas/{dataschema_of('nz.estate-registry.EstateRegistered.v1')}"


@pytest.mark.parametrize(
    "path", ["/api/docs", "/api/openapi.json", "/api/docs/swagger-ui.css", "/api/schemas", SOME_SCHEMA]
)
async def test_a_head_request_gets_the_headers_alone(pages: httpx.AsyncClient, path: str) -> None:
    whole, head = await pages.get(path), await pages.head(path)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers == whole.headers


async def test_the_page_reads_the_version_of_the_document_it_shows(pages: httpx.AsyncClient) -> None:
    document = (await pages.get("/api/openapi.json")).json()
    script = (await pages.get("/api/docs/swagger-ui-bundle.js")).text

    assert document["openapi"].startswith("3.1.")
    assert "isOAS31" in script
