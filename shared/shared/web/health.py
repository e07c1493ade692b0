"""Health: alive is that the process answers; ready is that it reaches its database."""

from typing import Literal

from fastapi import Request
from pydantic import BaseModel
from sqlalchemy import literal, select

from shared.identity import Permission
from shared.storage import Query
from shared.web.route import CurrentWork, Router, needs

__all__ = ["Health", "health_router"]

_PING = Query(select(literal(1)))


class Health(BaseModel):
    """How the process is."""

    status: Literal["ok"]
    service: str


def health_router() -> Router:
    """Return the two health routes of a service."""
    router = Router(prefix="/health", tags=["health"])

    @router.get("/ready", operation_id="show_readiness", summary="查看服务是否就绪")
    @needs(Permission.HEALTH_READ)
    async def ready(request: Request, work: CurrentWork) -> Health:
        """Say whether the service reaches its database."""
        await work.fetch_one(_PING)
        return Health(status="ok", service=request.app.title)

    return router
