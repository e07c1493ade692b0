"""Health: alive is that the process answers; ready is that it reaches its database."""

from typing import Final, Literal

from fastapi import Request
from sqlalchemy import func, select

from shared.identity import Permission
from shared.storage import HOUSE_TABLES, Query
from shared.tasks import MAX_ATTEMPTS
from shared.web.models import View
from shared.web.route import CurrentWork, Router, needs

__all__ = ["Health", "health_router"]

_tasks = HOUSE_TABLES["due_tasks"].c
# By the index of failed ones: a look at the health is cheap whatever waits.
_EXHAUSTED: Final = Query(
    select(func.count()).where(_tasks.error.is_not(None), _tasks.attempts >= MAX_ATTEMPTS)
)


class Health(View):
    """How the process is. Exhausted tasks wait for a person; they are no reason to take it out of service."""

    status: Literal["ok"]
    service: str
    exhausted_tasks: int


def health_router() -> Router:
    """Return the two health routes of a service."""
    router = Router(
        prefix="/health",
        tags=["health"],
        about="健康检查。/ Health.",
    )

    @router.get("/ready", operation_id="show_readiness", summary="查看服务是否就绪")
    @needs(Permission.HEALTH_READ)
    async def ready(request: Request, work: CurrentWork) -> Health:
        """Say whether the service reaches its database."""
        row = await work.fetch_one(_EXHAUSTED)
        exhausted = row[0] if row else 0
        return Health(status="ok", service=request.app.title, exhausted_tasks=exhausted)

    return router
