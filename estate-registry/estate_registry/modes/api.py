"""Routes of the service mode."""

from typing import Annotated
from uuid import UUID

from estate_registry.estates.domain import ServiceMode
from estate_registry.fields import Day
from estate_registry.modes.commands import switch_mode
from estate_registry.modes.queries import MODE_ORDERS, ModeView, modes_of
from shared.identity import Permission
from shared.web import (
    Body,
    CalendarDay,
    CurrentWork,
    Page,
    PageRequest,
    Router,
    ShortText,
    View,
    needs,
    ordered,
)

__all__ = ["router"]

router = Router(
    prefix="/estates",
    tags=["modes"],
    about="服务模式及其变更历史。/ Service modes, and how they changed.",
)


class ModeSwitch(Body):
    """Another mode from a day on, and why."""

    mode: ServiceMode
    start: Day
    reason: ShortText


class ModeTimelineView(View):
    """Every mode of an estate, without overlap and without gap."""

    items: list[ModeView]


@router.post("/{estate_id}/mode", operation_id="switch_mode", summary="变更小区的服务方式")
@needs(Permission.MODE_SWITCH)
async def change(estate_id: UUID, body: ModeSwitch, work: CurrentWork) -> ModeTimelineView:
    """Serve the estate in another mode from a day on; the running mode ends on that day."""
    timeline = await switch_mode(
        work, estate_id=estate_id, mode=body.mode, start=body.start, reason=body.reason
    )
    return ModeTimelineView(
        items=[
            ModeView(
                id=spell.id,
                mode=spell.value.mode,
                start=spell.period.start,
                end=spell.period.end,
                reason=spell.value.reason,
            )
            for spell in timeline.spells
        ]
    )


@router.get("/{estate_id}/modes", operation_id="list_modes", summary="列出小区历次服务方式")
@needs(Permission.ESTATE_READ)
async def listing(
    estate_id: UUID,
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(MODE_ORDERS)],
    *,
    mode: ServiceMode | None = None,
    on: CalendarDay | None = None,
) -> Page[ModeView]:
    """List the modes of an estate, the first first."""
    filters = {"mode": mode, "on": on}
    return await modes_of(work, estate_id=estate_id, filters=filters, paging=paging)
