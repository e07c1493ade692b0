"""Circulars for readers: published ones for all, drafts for those who prepare them or are named."""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, select

from shared.contracts.supervision import CircularKind
from shared.storage import Listing, Orders, Query, Row, Work, equal, since, until, within
from shared.web import Page, PageRequest, View
from supervision.circulars.domain import LIFECYCLE, Circular, CircularNotFound, State, Step
from supervision.circulars.records import replies_to, steps_of
from supervision.circulars.sight import VISIBLE, prepares, sight
from supervision.circulars.storage import circular_of, findings_of, named_in
from supervision.tables import circulars

__all__ = ["CIRCULAR_ORDERS", "CircularRow", "CircularView", "list_circulars", "the_circular", "view_of"]

_rows = circulars.c
_ONE: Final = Query(select(circulars).where(_rows.id == bindparam("id"), VISIBLE))
_LIST: Final = Listing(
    select(circulars).where(VISIBLE),
    orders=Orders("-id", id=(_rows.id,)),
    filters={
        "kind": equal(_rows.kind, "kind"),
        "state": equal(_rows.state, "state"),
        "period": equal(_rows.period, "period"),
        "territory": within(_rows.territory),
        "since": since(_rows.published_at),
        "until": until(_rows.published_at),
    },
)
CIRCULAR_ORDERS: Final = _LIST.orders


class NamedView(View):
    """A unit or company that the circular names."""

    kind: str
    code: str


class LineView(View):
    """A line of the table. `place` is the rank, where the circular ranks."""

    code: str
    name: str
    place: int | None
    figures: dict[str, int]


class FindingView(View):
    """A duty that a criticism rests on."""

    item_id: UUID
    estate_id: UUID | None
    unit: str
    org: str | None
    stage: str
    due_at: datetime | None


class StepView(View):
    """Who took which step."""

    step: str
    person: str
    role: str
    reason: str | None
    at: datetime


class ReplyView(View):
    """The answer of a named unit or company."""

    code: str
    reply: str
    replied_at: datetime


class HandlingView(View):
    """The inside of a circular, for those who prepare it: no part of what is published."""

    allowed_actions: list[Step]
    fact_check_until: datetime | None
    steps: list[StepView]
    replies: list[ReplyView]


class CircularRow(View):
    """A circular in a list. `due_on` is the day by which it should be out (SU-03)."""

    id: UUID
    territory: str
    kind: CircularKind
    period: str
    state: State
    number: str | None
    title: str
    as_of: date
    due_on: date
    published_at: datetime | None
    version: int


class CircularView(CircularRow):
    """A circular. `content_hash` (SHA-256 of number and content) is what the e-seal is put to."""

    body: str
    lines: list[LineView]
    named: list[NamedView]
    findings: list[FindingView]
    signed_at: datetime | None
    content_hash: str | None
    handling: HandlingView | None


async def the_circular(work: Work, *, circular_id: UUID) -> CircularView:
    """Return a circular that the caller may see; raise CircularNotFound."""
    row = await work.load(_ONE, missing=CircularNotFound, id=circular_id, **sight(work.actor))
    circular = circular_of(
        row,
        named=await named_in(work, circular_id=circular_id),
        findings=await findings_of(work, circular_id=circular_id),
    )
    return await view_of(work, circular)


async def view_of(work: Work, circular: Circular) -> CircularView:
    """Return the view of a circular, with its inside for those who prepare circulars there."""
    content = circular.content
    return CircularView(
        **_outline(circular).model_dump(),
        body=content.body,
        lines=[LineView.model_validate(line) for line in content.lines],
        named=[NamedView.model_validate(named) for named in content.named],
        findings=[FindingView.model_validate(finding) for finding in content.findings],
        signed_at=circular.signed_at,
        content_hash=circular.content_hash,
        handling=await _handling(work, circular)
        if prepares(work.actor, territory=circular.territory)
        else None,
    )


async def list_circulars(work: Work, *, paging: PageRequest, **filters: object) -> Page[CircularRow]:
    """Return the circulars the caller may see, the newest first.

    Filters: kind, state, period, territory (that code and all below), since, until (published).
    """
    return await paging.read(work, _LIST, view=_row, filters=filters, **sight(work.actor))


def _row(row: Row) -> CircularRow:
    return CircularRow.model_validate(dict(row))


def _outline(circular: Circular) -> CircularRow:
    return CircularRow(
        id=circular.id,
        territory=circular.territory,
        kind=circular.kind.value,
        period=circular.period,
        state=circular.state,
        number=circular.number,
        title=circular.content.title,
        as_of=circular.content.as_of,
        due_on=circular.due_on,
        published_at=circular.published_at,
        version=circular.version,
    )


async def _handling(work: Work, circular: Circular) -> HandlingView:
    return HandlingView(
        allowed_actions=LIFECYCLE.allowed(circular.state),
        fact_check_until=circular.fact_check_until,
        steps=[StepView.model_validate(dict(row)) for row in await steps_of(work, circular)],
        replies=[ReplyView.model_validate(dict(row)) for row in await replies_to(work, circular)],
    )
