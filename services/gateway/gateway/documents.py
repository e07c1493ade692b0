"""What every edge shows by itself: the documentation, and the page for operators."""

import asyncio
import json
import mimetypes
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from starlette.types import Receive, Scope, Send

from gateway.answers import answer_bytes, answer_json, answer_not_found
from gateway.operator_page import OPERATIONS_FOLDER, OPERATIONS_PATH, PAGE_HEADERS, operator_assets
from gateway.problem_pages import PROBLEMS_PATH, problem_pages
from shared.contracts.schemas import FOLDER, stored
from shared.messaging import dataschema_of
from shared.web import PROBLEM_TYPE

__all__ = ["DOCUMENT_FOLDERS", "DOCUMENT_PATHS", "OPENAPI_PATH", "Documents", "merge_openapi"]

DOCS_PATH: Final = "/api/docs"
OPENAPI_PATH: Final = "/api/openapi.json"
SCHEMAS_PATH: Final = "/api/schemas"
_ASSETS_PATH: Final = "/api/docs/"
_SCHEMA_PATH: Final = "/api/schemas/"
# What every edge sends to the documentation: these paths, and all below these folders.
DOCUMENT_PATHS: Final = (DOCS_PATH, OPENAPI_PATH, SCHEMAS_PATH, PROBLEMS_PATH, OPERATIONS_PATH)
DOCUMENT_FOLDERS: Final = (_ASSETS_PATH, _SCHEMA_PATH, PROBLEM_TYPE, OPERATIONS_FOLDER)
_HTML: Final = "text/html; charset=utf-8"
_SCHEMA_TYPE: Final = "application/schema+json"
_PAGE: Final = """<!doctype html>
<html lang="zh-CN">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>共治 Gongzhi 接口文档</title>
<link rel="stylesheet" href="/api/docs/swagger-ui.css">
</head>
<body>
<div id="swagger-ui"></div>
<script src="/api/docs/swagger-ui-bundle.js"></script>
<script src="/api/docs/start.js"></script>
</body>
</html>
"""
_START: Final = """window.ui = SwaggerUIBundle({
  url: "/api/openapi.json", dom_id: "#swagger-ui", deepLinking: true, persistAuthorization: true,
  docExpansion: "none", filter: true, tagsSorter: "alpha"
});
"""
_SCHEMAS: Final = "#/components/schemas"
# The schema of an error answer is the same in every service.
SHARED_SCHEMA: Final = "Problem"
_SHIPPED: Final = ("swagger-ui.css", "swagger-ui-bundle.js")

Document = dict[str, Any]

_HEAD: Final[Document] = {
    "openapi": "3.1.0",
    "info": {
        "title": "共治 Gongzhi",
        "version": "1",
        "description": "老旧小区物业服务治理平台接口。摘要为中文，说明为英文；"
        "错误一律为 problem+json（RFC 9457），按 Accept-Language 给出中文或英文。/ "
        "The interfaces of the platform: summaries in Chinese, descriptions in English; "
        "every error is problem+json in the language of Accept-Language.",
        "contact": {"name": "平台运维人员 / the operator of this platform"},
        "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    },
    "servers": [{"url": "/", "description": "本服务器（production）/ this server", "x-internal": False}],
}


def merge_openapi(documents: Mapping[str, Document]) -> Document:
    """Return one document of all services; a schema name used by two of them gets the service's name.

    What the services share word for word (problems, header fields, keys) stands once.
    """
    merged: Document = {**_HEAD, "paths": {}, "tags": [], "components": {"schemas": {}}}
    for service, document in documents.items():
        own = _with_own_names(document, service)
        merged["paths"] |= own["paths"]
        merged["tags"] += own.get("tags", [])
        for kind, parts in own.get("components", {}).items():
            merged["components"].setdefault(kind, {}).update(parts)
    return merged


def _with_own_names(document: Document, service: str) -> Document:
    """Return a copy whose schemas bear the service's name, so that equal names do not meet."""
    names = document.get("components", {}).get("schemas", {}).keys() - {SHARED_SCHEMA}
    prefix = "".join(part.title() for part in service.split("-"))
    copy = deepcopy(document)
    if names:
        schemas = copy["components"]["schemas"]
        own = {name: prefix + name if name in names else name for name in schemas}
        renamed = {own[name]: _titled(schema, own[name]) for name, schema in schemas.items()}
        copy["components"]["schemas"] = renamed
    repointed: Document = _repoint(copy, prefix)
    return repointed


def _titled(schema: Document, name: str) -> Document:
    """Return a schema whose title is its name: generators of clients call their classes by the title."""
    return schema | {"title": name} if "title" in schema else schema


def _repoint(part: Any, prefix: str) -> Any:  # noqa: ANN401 - any part of a JSON document
    if isinstance(part, dict):
        return {
            key: _own_reference(value, prefix) if key == "$ref" else _repoint(value, prefix)
            for key, value in part.items()
        }
    if isinstance(part, list):
        return [_repoint(item, prefix) for item in part]
    return part


def _own_reference(reference: str, prefix: str) -> str:
    place, _, name = reference.rpartition("/")
    return f"{place}/{prefix}{name}" if place == _SCHEMAS and name != SHARED_SCHEMA else reference


class Documents:
    """Serves `/api/docs`, `/api/openapi.json`, `/api/schemas/…`, `/api/problems/…` and `/api/operations`.

    Document and pages are made once, at the first request.
    """

    def __init__(self, openapi: Callable[[], Document]) -> None:
        """Take what makes the merged document."""
        self._openapi = openapi

    def covers(self, path: str) -> bool:
        """Say whether a path is one of the documentation's."""
        return path in DOCUMENT_PATHS or path.startswith(DOCUMENT_FOLDERS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        path: str = scope["path"]
        if path == OPENAPI_PATH:
            # It takes a second or more, in which the process must answer others.
            document = await asyncio.to_thread(lambda: self._document)
            await answer_bytes(scope, send, document, media_type="application/json")
        elif path in {DOCS_PATH, _ASSETS_PATH}:
            await answer_bytes(scope, send, _PAGE.encode(), media_type=_HTML)
        elif path == f"{_ASSETS_PATH}start.js":
            await answer_bytes(scope, send, _START.encode(), media_type="text/javascript")
        elif path == SCHEMAS_PATH:
            await answer_json(scope, send, {"schemas": {name: _SCHEMA_PATH + name for name in self._schemas}})
        elif path.removeprefix(_SCHEMA_PATH) in self._schemas:
            schema = self._schemas[path.removeprefix(_SCHEMA_PATH)]
            await answer_bytes(scope, send, schema, media_type=_SCHEMA_TYPE)
        elif path in self._problems:
            await answer_bytes(scope, send, self._problems[path], media_type=_HTML)
        elif path in self._operator:
            body, media_type = self._operator[path]
            await answer_bytes(scope, send, body, media_type=media_type, headers=PAGE_HEADERS)
        else:
            await _answer_asset(scope, receive, send)

    @cached_property
    def _document(self) -> bytes:
        return json.dumps(self._openapi(), ensure_ascii=False).encode()

    @cached_property
    def _problems(self) -> Mapping[str, bytes]:
        return problem_pages()

    @cached_property
    def _operator(self) -> Mapping[str, tuple[bytes, str]]:
        return operator_assets()

    @cached_property
    def _schemas(self) -> Mapping[str, bytes]:
        """The schema of every version of every fact, retired ones too, by its `dataschema`."""
        named = {dataschema_of(name): schema for name, schema in stored(FOLDER).items()}
        return {
            name: json.dumps({"$id": name, **schema}, ensure_ascii=False).encode()
            for name, schema in named.items()
        }


async def _answer_asset(scope: Scope, receive: Receive, send: Send) -> None:
    name = scope["path"].removeprefix(_ASSETS_PATH)
    if name not in _SHIPPED:
        await answer_not_found(scope, receive, send)
        return
    media_type = mimetypes.guess_type(name)[0] or "application/octet-stream"
    await answer_bytes(scope, send, _asset(name).read_bytes(), media_type=media_type)


def _asset(name: str) -> Path:
    return Path(str(files("fastapi_offline"))) / "static" / name
