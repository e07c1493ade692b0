"""The way of a request: permission, unit of work, answer, commit - in this order, for every route.

A route without `@needs` cannot be made. An unsafe method runs in one transaction, which is committed
before the answer leaves; a safe one reads without a transaction.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Iterator
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Annotated, Any, Final, TypeVar

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from fastapi.routing import APIRoute

from shared.identity import ANONYMOUS, SIGNATURE, SIGNATURE_INPUT, Permission, TokenMissing, actor_may
from shared.kernel import Actor
from shared.storage import Occasion, Work
from shared.tracing import current_trace
from shared.web.consistency import CONSISTENCY_TOKEN, await_token, token_of
from shared.web.idempotency import key_of, recall, remember
from shared.web.models import clean_text
from shared.web.refusals import HeaderInvalid, PermissionMissing, VersionNotCompared
from shared.web.runtime import Runtime, runtime_of
from shared.web.threads import refuse_threads
from shared.web.versions import is_present_version, tag_change, tag_look, version_named

__all__ = ["CurrentWork", "RouteWithoutPermission", "Router", "current_actor", "needs", "shared_ids"]

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
REASON_HEADER: Final = "x-reason"
REASON_MAX: Final = 500

Endpoint = TypeVar("Endpoint", bound=Callable[..., Awaitable[object]])


class RouteWithoutPermission(Exception):  # noqa: N818 - named as the fact it states
    """A route was declared without `@needs`: a fault of the program, raised at import."""


@dataclass(slots=True)
class _Answering:
    """What the route learns from the endpoint beside the answer's body."""

    work: Work
    version: object = None


_answering: ContextVar[_Answering] = ContextVar("answering")


def needs(permission: Permission, *, one_statement: bool = False) -> Callable[[Endpoint], Endpoint]:
    """Declare the permission a route needs; the unit of work limits rows to the caller's territory.

    `one_statement`: all that the command changes is changed by its last statement (`work.commit_with`), which
    commits by itself. So the rows it locks are free again before the answer is written, two round trips are
    spared, and no connection is held before it. It records no facts. With an Idempotency-Key or If-Match it
    runs in a transaction like every other.
    """

    def mark(endpoint: Endpoint) -> Endpoint:
        endpoint.__needs__ = permission  # type: ignore[attr-defined]
        endpoint.__one_statement__ = one_statement  # type: ignore[attr-defined]
        return endpoint

    return mark


class Route(APIRoute):
    """A route that knows its permission and runs its endpoint in a unit of work, in the thread of all."""

    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:  # noqa: ANN401 - FastAPI's own signature
        """Refuse an endpoint without `@needs` and work in other threads; show the permission in OpenAPI."""
        permission = getattr(endpoint, "__needs__", None)
        if permission is None:
            message = f"{endpoint.__module__}.{endpoint.__qualname__} has no @needs(...)."
            raise RouteWithoutPermission(message)
        self.permission: Permission = permission
        self.one_statement = bool(getattr(endpoint, "__one_statement__", False))
        options["openapi_extra"] = {**(options.get("openapi_extra") or {}), "x-permission": permission.value}
        super().__init__(path, _noting_version(endpoint), **options)
        refuse_threads(self.dependant, path=path)

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Wrap FastAPI's handler in permission and unit of work."""
        inner = super().get_route_handler()

        async def handle(request: Request) -> Response:
            return await _serve(request, route=self, inner=inner)

        return handle


class Router(APIRouter):
    """A router whose routes all have a permission."""

    def __init__(self, *, prefix: str = "", tags: list[str] | None = None, about: str = "") -> None:
        """Take prefix and tags; `about` says in both languages what they hold, at one router of each."""
        super().__init__(prefix=prefix, tags=list(tags or []), route_class=Route)
        self.about = about


def shared_ids(routers: Iterable[Router]) -> Iterator[str]:
    """Yield the operation ids of the routes that come from this library, hence are in every service."""
    for router in routers:
        for route in router.routes:
            if isinstance(route, Route) and route.endpoint.__module__.startswith("shared."):
                yield route.operation_id or route.name


def _noting_version(endpoint: Callable[..., Awaitable[object]]) -> Callable[..., Awaitable[object]]:
    @wraps(endpoint)
    async def noting(*args: object, **kwargs: object) -> object:
        view = await endpoint(*args, **kwargs)
        _answering.get().version = getattr(view, "version", None)
        return view

    return noting


async def current_actor(request: Request) -> Actor:
    """Return who calls: by token, by signature, or nobody in particular (the public, R23)."""
    runtime = runtime_of(request)
    scheme = _scheme_of(request)
    if scheme is None:
        return ANONYMOUS
    authenticate = runtime.authenticators.get(scheme)
    if authenticate is None:
        raise TokenMissing
    return await authenticate(runtime.database, request, runtime.clock())


def _scheme_of(request: Request) -> str | None:
    """Return how the caller shows who it is; None when it does not."""
    authorization = request.headers.get("authorization", "").strip()
    if authorization:
        return authorization.partition(" ")[0].lower()
    return SIGNATURE if SIGNATURE_INPUT in request.headers else None


async def _serve(
    request: Request, *, route: Route, inner: Callable[[Request], Awaitable[Response]]
) -> Response:
    runtime = runtime_of(request)
    actor = await current_actor(request)
    _refuse_unless_allowed(actor, route.permission)
    occasion = _occasion(request, actor=actor, runtime=runtime)
    if request.method in SAFE_METHODS:
        return await _look(request, runtime=runtime, occasion=occasion, inner=inner)
    plain = key_of(request) is None and occasion.if_match is None
    if route.one_statement and plain:
        return await _change_at_once(request, runtime=runtime, occasion=occasion, inner=inner)
    return await _change(request, runtime=runtime, occasion=occasion, inner=inner)


def _refuse_unless_allowed(actor: Actor, permission: Permission) -> None:
    if actor_may(actor, permission):
        return
    if actor is ANONYMOUS:
        raise TokenMissing
    raise PermissionMissing(role=actor.role, permission=permission.value)


def _occasion(request: Request, *, actor: Actor, runtime: Runtime) -> Occasion:
    return Occasion(
        actor=actor,
        now=runtime.clock(),
        reason=_reason(request),
        origin=request.client.host if request.client else None,
        traceparent=trace.traceparent if (trace := current_trace.get()) else None,
        if_match=version_named(request),
    )


def _reason(request: Request) -> str | None:
    """Return the reason in `X-Reason`: UTF-8, which the server hands on byte by byte; raise HeaderInvalid."""
    given = request.headers.get(REASON_HEADER)
    if given is None:
        return None
    try:
        text = clean_text(given.encode("latin-1").decode()).strip()
    except ValueError as broken:
        raise HeaderInvalid(header=REASON_HEADER) from broken
    if len(text) > REASON_MAX:
        raise HeaderInvalid(header=REASON_HEADER)
    return text or None


async def _look(
    request: Request, *, runtime: Runtime, occasion: Occasion, inner: Callable[[Request], Awaitable[Response]]
) -> Response:
    await await_token(runtime, occasion, request=request)
    async with runtime.database.read(occasion) as work:
        response, version = await _answer(request, work=work, inner=inner)
    tag_look(response, version=version)
    if is_present_version(request, response):
        return Response(status_code=304, headers={"etag": response.headers["etag"]})
    return response


async def _change(
    request: Request, *, runtime: Runtime, occasion: Occasion, inner: Callable[[Request], Awaitable[Response]]
) -> Response:
    key = key_of(request)
    await request.body()  # A slow sender must not hold a transaction open.
    async with runtime.database.change(occasion) as work:
        if key is not None and (before := await recall(work, key=key, request=request)) is not None:
            return before
        response, version = await _answer(request, work=work, inner=inner)
        if work.ignored_if_match:
            raise VersionNotCompared
        tag_change(response, version=version)
        if work.facts:
            response.headers[CONSISTENCY_TOKEN] = token_of(work.facts)
        if key is not None:
            await remember(work, key=key, request=request, response=response)
    return response


async def _change_at_once(
    request: Request, *, runtime: Runtime, occasion: Occasion, inner: Callable[[Request], Awaitable[Response]]
) -> Response:
    async with runtime.database.at_once(occasion) as work:
        response, version = await _answer(request, work=work, inner=inner)
    tag_change(response, version=version)
    return response


async def _answer(
    request: Request, *, work: Work, inner: Callable[[Request], Awaitable[Response]]
) -> tuple[Response, object]:
    answering = _Answering(work)
    token = _answering.set(answering)
    try:
        response = await inner(request)
    finally:
        _answering.reset(token)
    return response, answering.version


async def _current_work() -> Work:
    return _answering.get().work


CurrentWork = Annotated[Work, Depends(_current_work)]
