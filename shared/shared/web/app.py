"""The HTTP application of a service."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from types import MappingProxyType
from typing import Any, Final

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from shared.identity import SIGNATURE, KeysUnavailable
from shared.kernel import Refusal
from shared.logging import get_logger
from shared.observing import RequestFigures
from shared.storage import CONTENDED, DATABASE_AWAY
from shared.web.audit import audit_router
from shared.web.callers import VerifiedCallerMiddleware
from shared.web.health import health_router
from shared.web.measuring import MeasureMiddleware
from shared.web.openapi import complete
from shared.web.operating import operating_router
from shared.web.problems import answer_http, answer_invalid, answer_refusal, problem
from shared.web.refusals import InternalFault, TemporarilyUnavailable
from shared.web.route import Router, shared_ids
from shared.web.runtime import Runtime
from shared.web.tracing import TraceMiddleware, traceparent_of

__all__ = ["MAX_BODY_BYTES", "Lifespan", "api_prefix", "create_app"]

Lifespan = Callable[[FastAPI], AbstractAsyncContextManager[None]]

MAX_BODY_BYTES: Final = 32 * 1024 * 1024

_log = get_logger(__name__)
_UNAVAILABLE: Final = (
    *DATABASE_AWAY,
    # A command and a due task, say, locked the same rows in another order: nothing was changed, try again.
    *CONTENDED,
    KeysUnavailable,
)


class _Application(FastAPI):
    """The application of one service; its document says also what every route of the platform promises."""

    name: str
    shared_ids: frozenset[str] = frozenset()
    about_tags: Mapping[str, str] = MappingProxyType({})

    def openapi(self) -> dict[str, Any]:
        """Return the document of the service, made at the first call."""
        if self.openapi_schema is None:
            runtime: Runtime = self.state.runtime
            document = super().openapi()
            complete(
                document,
                service=self.name,
                schemes=sorted(runtime.authenticators),
                shared_ids=self.shared_ids,
                about_tags=self.about_tags,
            )
        return super().openapi()


def api_prefix(name: str) -> str:
    """Return the path below which a service answers, the same behind every edge."""
    return f"/api/{name}"


def create_app(
    *, name: str, routers: Sequence[Router], runtime: Runtime, lifespan: Lifespan | None = None
) -> FastAPI:
    """Return the application of a service: its routers below `/api/<name>`, health, problem details."""
    prefix = api_prefix(name)
    app = _Application(
        title=f"Gongzhi {name}",
        version="1",
        openapi_url=f"{prefix}/openapi.json",
        docs_url=None,
        redoc_url=None,
        max_body_size=MAX_BODY_BYTES,
        lifespan=lifespan,
    )
    app.name = name
    app.state.runtime = runtime
    app.state.requests = RequestFigures()
    served = (*routers, audit_router(), operating_router(), health_router())
    app.shared_ids = frozenset(shared_ids(served))
    app.about_tags = {str(tag): router.about for router in served if router.about for tag in router.tags}
    for router in served:
        app.include_router(router, prefix=prefix)
    app.add_exception_handler(Refusal, answer_refusal)
    app.add_exception_handler(RequestValidationError, answer_invalid)
    app.add_exception_handler(HTTPException, answer_http)
    for fault in _UNAVAILABLE:
        app.add_exception_handler(fault, _answer_unavailable)
    app.add_exception_handler(Exception, _answer_fault)
    if SIGNATURE in runtime.authenticators:
        app.add_middleware(VerifiedCallerMiddleware)
    app.add_middleware(TraceMiddleware)
    app.add_middleware(MeasureMiddleware, figures=app.state.requests)
    return app


async def _answer_unavailable(request: Request, fault: Exception) -> JSONResponse:
    _log.warning("unavailable", error=type(fault).__name__, path=request.url.path)
    # Whether a commit took effect may be unknown: then it is not said that nothing was changed.
    return problem(request, fault if isinstance(fault, Refusal) else TemporarilyUnavailable())


async def _answer_fault(request: Request, fault: Exception) -> JSONResponse:
    _log.error("fault", error=type(fault).__name__, path=request.url.path, exc_info=fault)
    answer = problem(request, InternalFault())
    if (traceparent := traceparent_of(request.scope)) is not None:
        answer.headers["traceparent"] = traceparent
    return answer
