"""What an operator sees and does in a service: how it stands, the way of an event, versions, parked events.

Each service answers for its own schema; whoever wants the whole way asks every service.
"""

from typing import Annotated
from uuid import UUID

from fastapi import Request

from shared.identity import Permission
from shared.messaging import (
    OPERATOR_ACTS,
    PARKED,
    AlreadyDecided,
    act_of,
    drop_parked,
    follow_event,
    note_act,
    parked_of,
    replay_parked,
    show_parked,
    topic_of,
    versions_of,
)
from shared.observing import judge, read_history, table_figures
from shared.storage import Row
from shared.web.cursor import Page, PageRequest, ordered
from shared.web.models import Moment, ShortText
from shared.web.operating.standing_views import StandingView, standing_view
from shared.web.operating.views import (
    ArrivedView,
    Decision,
    EventView,
    FollowingView,
    OperatorActView,
    ParkedMessageView,
    ParkedState,
    ParkedView,
    RecordedView,
    ReplayView,
    VersionsView,
)
from shared.web.route import CurrentWork, Router, needs
from shared.web.runtime import runtime_of

__all__ = ["operating_router"]

Subject = ShortText
ParkedPages = Annotated[PageRequest, ordered(PARKED.orders)]
ActPages = Annotated[PageRequest, ordered(OPERATOR_ACTS.orders)]


def operating_router() -> Router:
    """Return the operator's routes of a service."""
    router = Router(
        tags=["operations"],
        about="运维：查看消息主干的状况，追踪事件，查看、重放或丢弃搁置的消息。/ "
        "Operating: see how the backbone stands; follow an event; look at, replay or drop parked messages.",
    )
    for add in (_add_standing, _add_looks, _add_parked_looks, _add_decisions, _add_account):
        add(router)
    return router


def _add_standing(router: Router) -> None:
    @router.get("/operations/standing", operation_id="show_standing", summary="查看消息主干的状况")
    @needs(Permission.EVENTS_OPERATE)
    async def standing(request: Request, work: CurrentWork) -> StandingView:
        """Say how outbox, relay, consumers, parked events and chains stand, judged by the alarms' limits.

        `attention` is a limit that is passed, `alarm` one that has been for as long as its alarm waits.
        Alarms on requests, pools and the scraping are Prometheus' alone.
        """
        service = request.app.name
        live = await table_figures(work.connection.fetchrow, service=service, consumer=_consumer(request))
        history = await read_history(work, live=live)
        topics = {topic_of(name) for name in runtime_of(request).applier.types}
        return standing_view(history, judge(history, service=service), service=service, topics=topics)


def _add_looks(router: Router) -> None:
    @router.get("/operations/events/{event_id}", operation_id="trace_event", summary="查看事件在本服务的经过")
    @needs(Permission.EVENTS_OPERATE)
    async def trace(
        event_id: UUID,
        request: Request,
        work: CurrentWork,
        type: ShortText | None = None,  # noqa: A002 - as in the journal
    ) -> EventView:
        """Tell when the event was recorded, received and applied here, and what followed from it.

        With the event's `type`, `listens` says whether this service listens to such events at all.
        """
        applier = runtime_of(request).applier
        known = await follow_event(work, consumer=applier.consumer, event_id=event_id)
        return EventView(
            service=request.app.name,
            listens=None if type is None else type in applier.types,
            recorded=RecordedView.model_validate(known.recorded) if known.recorded else None,
            arrived=ArrivedView.model_validate(known.arrived) if known.arrived else None,
            led_to=[FollowingView.model_validate(each) for each in known.led_to],
        )

    @router.get(
        "/operations/subjects/{subject}", operation_id="count_versions", summary="核对业务对象的事件版本"
    )
    @needs(Permission.EVENTS_OPERATE)
    async def versions(subject: Subject, request: Request, work: CurrentWork) -> VersionsView:
        """Count the recorded versions of a subject and name those that are missing, 200 at most."""
        found = await versions_of(work, subject=subject)
        return VersionsView(
            service=request.app.name,
            subject=subject,
            last_version=found.version,
            recorded=found.recorded,
            missing=list(found.missing),
        )


def _add_parked_looks(router: Router) -> None:
    @router.get("/operations/parked", operation_id="list_parked", summary="列出搁置的事件")
    @needs(Permission.EVENTS_OPERATE)
    async def parked(
        request: Request,
        work: CurrentWork,
        paging: ParkedPages,
        *,
        state: ParkedState = ParkedState.WAITING,
        type: ShortText | None = None,  # noqa: A002 - as in the journal
        subject: Subject | None = None,
    ) -> Page[ParkedView]:
        """List parked events, the earliest parked first."""
        filters = {"state": state, "type": type, "subject": subject}
        return await paging.read(work, PARKED, view=_parked, filters=filters, of_consumer=_consumer(request))

    @router.get("/operations/parked/{event_id}", operation_id="show_parked", summary="查看一个搁置的事件")
    @needs(Permission.EVENTS_OPERATE)
    async def one(event_id: UUID, request: Request, work: CurrentWork) -> ParkedMessageView:
        """Show one parked event with its message."""
        found = await show_parked(work, consumer=_consumer(request), event_id=event_id)
        return ParkedMessageView.model_validate(found)


def _add_decisions(router: Router) -> None:
    @router.post(
        "/operations/parked/{event_id}/replay", operation_id="replay_parked", summary="重放搁置的事件"
    )
    @needs(Permission.EVENTS_OPERATE)
    async def replay(event_id: UUID, body: Decision, request: Request, work: CurrentWork) -> ReplayView:
        """Apply what is parked of the event's subject, in order, until one fails again.

        An event that was replayed before is answered as it is; a dropped one is refused.
        """
        applier = runtime_of(request).applier
        parked = await show_parked(work, consumer=applier.consumer, event_id=event_id)
        if parked.state == ParkedState.DROPPED:
            raise AlreadyDecided(event_id=event_id, state=parked.state)
        result = await replay_parked(
            work, applier=applier, topic=parked.topic, subject=parked.subject, why=body.why
        )
        outcome = result.error or f"{result.applied} applied"
        await note_act(work, act="replay", parked=parked, why=body.why, outcome=outcome)
        now = await show_parked(work, consumer=applier.consumer, event_id=event_id)
        return ReplayView(
            event=ParkedView.model_validate(now),
            applied=result.applied,
            stopped_at=result.stopped_at,
            error=result.error,
        )

    @router.post("/operations/parked/{event_id}/drop", operation_id="drop_parked", summary="放弃搁置的事件")
    @needs(Permission.EVENTS_OPERATE)
    async def drop(event_id: UUID, body: Decision, request: Request, work: CurrentWork) -> ParkedView:
        """Give the event up for a reason. What is parked behind it waits on: replay it."""
        dropped = await drop_parked(work, consumer=_consumer(request), event_id=event_id, why=body.why)
        await note_act(work, act="drop", parked=dropped, why=body.why, outcome="dropped")
        return ParkedView.model_validate(dropped)


def _add_account(router: Router) -> None:
    @router.get("/audit/operator-acts", operation_id="list_operator_acts", summary="列出运维人员的处置")
    @needs(Permission.AUDIT_READ)
    async def acts(
        work: CurrentWork,
        paging: ActPages,
        *,
        person: ShortText | None = None,
        event_id: UUID | None = None,
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Page[OperatorActView]:
        """List what operators did with parked events, the newest first."""
        filters = {"person": person, "event_id": event_id, "since": since, "until": until}
        return await paging.read(work, OPERATOR_ACTS, view=_act, filters=filters)


def _parked(row: Row) -> ParkedView:
    return ParkedView.model_validate(parked_of(row))


def _act(row: Row) -> OperatorActView:
    return OperatorActView.model_validate(act_of(row))


def _consumer(request: Request) -> str:
    return runtime_of(request).applier.consumer
