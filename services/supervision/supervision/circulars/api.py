"""Routes of the circulars."""

from typing import Annotated, Self
from uuid import UUID

from fastapi import Response
from pydantic import Field, model_validator

from shared.identity import Permission
from shared.web import (
    Body,
    Code,
    CurrentWork,
    LongText,
    Moment,
    Page,
    PageRequest,
    Router,
    Territory,
    needs,
    ordered,
)
from supervision.circulars import commands
from supervision.circulars.domain import Kind, State, span_of
from supervision.circulars.queries import (
    CIRCULAR_ORDERS,
    CircularRow,
    CircularView,
    list_circulars,
    the_circular,
    view_of,
)

__all__ = ["router"]

router = Router(
    prefix="/circulars",
    tags=["circulars"],
    about="督查通报：起草、核实、签发、公布、回应、办结。/ "
    "Circulars: drafted, checked, signed, published, answered, closed.",
)


class Draft(Body):
    """What is to be drafted. `period` is a month (`2026-03`) for progress, criticism and praise.

    It is a quarter (`2026-Q1`) for a ranking and a year (`2026`) for a result. `territory` is a district, by
    default the caller's.
    """

    kind: Kind
    period: Annotated[str, Field(max_length=10)]
    territory: Territory | None = None

    @model_validator(mode="after")
    def _period_has_the_form_of_the_kind(self) -> Self:
        span_of(self.kind, self.period)
        return self


class Reply(Body):
    """The answer of a unit or company that the circular names by this code."""

    code: Code
    reply: LongText


@router.post("", operation_id="draft_circular", summary="起草通报", status_code=201)
@needs(Permission.CIRCULAR_DRAFT)
async def draft(body: Draft, work: CurrentWork, response: Response) -> CircularView:
    """Draft a circular from today's counts."""
    span = span_of(body.kind, body.period)
    circular = await commands.draft_circular(work, kind=body.kind, span=span, territory=body.territory)
    response.headers["location"] = f"/api/supervision/circulars/{circular.id}"
    return await view_of(work, circular)


@router.post("/{circular_id}/redraft", operation_id="redraft_circular", summary="重新起草通报")
@needs(Permission.CIRCULAR_DRAFT)
async def redraft(circular_id: UUID, work: CurrentWork) -> CircularView:
    """Draw the draft anew from today's counts; a fact check under way begins anew."""
    return await view_of(work, await commands.redraft_circular(work, circular_id=circular_id))


@router.post("/{circular_id}/fact-check", operation_id="check_circular_facts", summary="通报送核")
@needs(Permission.CIRCULAR_DRAFT)
async def fact_check(circular_id: UUID, work: CurrentWork) -> CircularView:
    """Show the draft to the units it names, until the fact check ends."""
    return await view_of(work, await commands.open_fact_check(work, circular_id=circular_id))


@router.post("/{circular_id}/signature", operation_id="sign_circular", summary="签发通报")
@needs(Permission.CIRCULAR_PUBLISH)
async def sign(circular_id: UUID, work: CurrentWork) -> CircularView:
    """Sign after the fact check: the circular gets its number, its content is frozen."""
    return await view_of(work, await commands.sign_circular(work, circular_id=circular_id))


@router.post("/{circular_id}/publication", operation_id="publish_circular", summary="发布通报")
@needs(Permission.CIRCULAR_PUBLISH)
async def publish(circular_id: UUID, work: CurrentWork) -> CircularView:
    """Send the circular out, for everybody to read."""
    return await view_of(work, await commands.publish_circular(work, circular_id=circular_id))


@router.post("/{circular_id}/reply", operation_id="reply_to_circular", summary="记录对通报的回复")
@needs(Permission.CIRCULAR_PUBLISH)
async def reply(circular_id: UUID, body: Reply, work: CurrentWork) -> CircularView:
    """Record the answer of a named unit or company; a later answer takes the place of an earlier."""
    circular = await commands.reply_to_circular(
        work, circular_id=circular_id, code=body.code, reply=body.reply
    )
    return await view_of(work, circular)


@router.post("/{circular_id}/closure", operation_id="close_circular", summary="办结通报")
@needs(Permission.CIRCULAR_PUBLISH)
async def close(circular_id: UUID, work: CurrentWork) -> CircularView:
    """End the matter of a circular that was answered."""
    return await view_of(work, await commands.close_circular(work, circular_id=circular_id))


@router.get("", operation_id="list_circulars", summary="列出通报")
@needs(Permission.CIRCULAR_READ)
async def listing(
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(CIRCULAR_ORDERS)],
    *,
    kind: Kind | None = None,
    state: State | None = None,
    period: Code | None = None,
    territory: Territory | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
) -> Page[CircularRow]:
    """List circulars, the newest first: published ones; to their desk and to named units also drafts.

    `since` and `until` are about when one was published.
    """
    return await list_circulars(
        work,
        paging=paging,
        kind=kind,
        state=state,
        period=period,
        territory=territory,
        since=since,
        until=until,
    )


@router.get("/{circular_id}", operation_id="show_circular", summary="查看一份通报")
@needs(Permission.CIRCULAR_READ)
async def one(circular_id: UUID, work: CurrentWork) -> CircularView:
    """Show a circular."""
    return await the_circular(work, circular_id=circular_id)
