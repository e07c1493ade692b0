"""The HTTP application of a service."""

from collections.abc import Callable, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.identity import KeysUnavailable
from shared.kernel import Refusal
from shared.logging import get_logger
from shared.storage import DATABASE_AWAY
from shared.web.audit import audit_router
from shared.web.health import health_router
from shared.web.problems import answer_http, answer_invalid, answer_refusal, problem
from shared.web.refusals import InternalFault, TemporarilyUnavailable
from shared.web.route import Router
from shared.web.runtime import Runtime
from shared.web.tracing import TraceMiddleware

__all__ = ["MAX_BODY_BYTES", "Lifespan", "api_prefix", "create_app"]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

MAX_BODY_BYTES: Final = 32 * 1024 * 1024

_log = get_logger(__name__)
_UNAVAILABLE: Final = (
    *DATABASE_AWAY,
    KeysUnavailable,
)


def api_prefix(name: str) -> str:
    """Return the path below which a service answers, the same behind every edge."""
    return f"/api/{name}"


def create_app(
    *, name: str, routers: Sequence[Router], runtime: Runtime, lifespan: Lifespan | None = None
) -> FastAPI:
    """Return the application of a service: its routers below `/api/<name>`, health, problem details."""
    prefix = api_prefix(name)
    app = FastAPI(
        title=f"Gongzhi {name}",
        version="1",
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        max_body_size=MAX_BODY_BYTES,
        lifespan=lifespan,
    )
    app.state.runtime = runtime
    for router in (*routers, audit_router(), health_router()):
        app.include_router(router, prefix=prefix)
    app.add_exception_handler(Refusal, answer_refusal)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    for fault in _UNAVAILABLE:
        app.add_exception_handler(fault, _answer_unavailable)
    app.add_exception_handler(Exception, _answer_fault)
    app.add_middleware(TraceMiddleware)
    return app


async def _answer_unavailable(request: Request, fault: Exception) -> JSONResponse:
    _log.warning("unavailable", error=type(fault).__name__, path=request.url.path)
    return problem(request, TemporarilyUnavailable())


async def _answer_fault(request: Request, fault: Exception) -> JSONResponse:
    _log.error("fault", error=type(fault).__name__, path=request.url.path, exc_info=fault)
    return problem(request, InternalFault())
