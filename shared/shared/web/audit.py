"""The audit trail of a service: every act its journal holds, and every look at personal data in the clear.

Both are append-only. An auditor sees the acts of their own territory; the audit administrator sees all acts,
and who looked at personal data.
"""

from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Annotated, Final
from uuid import UUID

from sqlalchemy import bindparam, select, true

from shared.identity import Permission
from shared.storage import HOUSE_TABLES, Listing, Orders, Row, equal, in_scope, since, standing, until
from shared.web.cursor import Page, PageRequest, ordered
from shared.web.models import Moment, ShortText, View
from shared.web.refusals import BadRequest
from shared.web.route import CurrentWork, Router, needs

__all__ = ["AuditPeriodTooLong", "audit_router"]

# Without a subject the journal is read along its months: a question has a bound.
LONGEST_PERIOD: Final = timedelta(days=31)

_journal, _views = HOUSE_TABLES["journal"].c, HOUSE_TABLES["clear_views"].c
Name = ShortText | None


class AuditPeriodTooLong(BadRequest):
    """A question to the whole journal spans more than it may."""

    zh = "一次最多查询 {days} 天，请缩短起止时间，或按业务对象（subject）查询。"
    en = "At most {days} days at once. Ask for a shorter period, or for one subject."


class ActView(View):
    """One act: who, in which role, on whose behalf, what, about what, why, when and from where."""

    seq: int
    recorded_at: datetime
    event_id: UUID
    type: str
    subject: str
    subject_version: int
    territory: str
    person: str
    role: str
    unit: str | None
    org: str | None
    on_behalf_of: str | None
    reason: str | None
    origin: str | None
    traceparent: str | None
    causation_id: UUID | None
    data: dict[str, object]


class ClearViewView(View):
    """One look at a personal datum in the clear: who saw which field of what, why, when and from where."""

    id: UUID
    at: datetime
    person: str
    role: str
    on_behalf_of: str | None
    subject: str
    field: str
    reason: str
    origin: str | None


# The period stands in the statement, as it was settled; in a cursor it stands as it was asked for.
_ASKED_PERIOD: Final = standing(true())
_ACTS: Final = Listing(
    select(*(_journal[field] for field in ActView.model_fields)).where(
        _journal.recorded_at >= bindparam("from_"),
        _journal.recorded_at <= bindparam("to"),
        in_scope(_journal.territory),
    ),
    orders=Orders("-recorded_at", recorded_at=(_journal.recorded_at, _journal.seq)),
    filters={
        "subject": equal(_journal.subject, "subject"),
        "person": equal(_journal.person, "person"),
        "type": equal(_journal.type, "type"),
        "since": _ASKED_PERIOD,
        "until": _ASKED_PERIOD,
    },
)
_CLEAR_VIEWS: Final = Listing(
    select(*(_views[field] for field in ClearViewView.model_fields)),
    orders=Orders("-at", at=(_views.at, _views.id)),
    filters={
        "person": equal(_views.person, "person"),
        "subject": equal(_views.subject, "subject"),
        "since": since(_views.at),
        "until": until(_views.at),
    },
)
_BEGINNING: Final = datetime(1970, 1, 1, tzinfo=UTC)
ActPages = Annotated[PageRequest, ordered(_ACTS.orders)]
ClearViewPages = Annotated[PageRequest, ordered(_CLEAR_VIEWS.orders)]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """What an auditor asks the journal for."""

    subject: str | None
    person: str | None
    type: str | None
    since: datetime | None
    until: datetime | None


def audit_router() -> Router:
    """Return the audit routes of a service."""
    router = Router(
        prefix="/audit",
        tags=["audit"],
        about="审计：谁做了什么、谁看了个人信息、记录是否被改。/ "
        "Audit: who did what, who saw personal data, and whether a record was altered.",
    )

    @router.get("/acts", operation_id="list_acts", summary="列出操作记录（审计）")
    @needs(Permission.AUDIT_READ)
    async def acts(
        work: CurrentWork,
        paging: ActPages,
        *,
        subject: Name = None,
        person: Name = None,
        type: Name = None,  # noqa: A002 - the field's name in the journal
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Page[ActView]:
        """List acts, the newest first: about a subject, or of a period of at most 31 days."""
        asked = _Asked(subject=subject, person=person, type=type, since=since, until=until)
        from_, to = _period(asked, now=work.now)
        return await paging.read(work, _ACTS, view=_act, filters=asdict(asked), from_=from_, to=to)

    @router.get("/clear-views", operation_id="list_clear_views", summary="列出个人信息明文查看记录（审计）")
    @needs(Permission.CLEAR_VIEWS_READ)
    async def clear_views(
        work: CurrentWork,
        paging: ClearViewPages,
        *,
        subject: Name = None,
        person: Name = None,
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Page[ClearViewView]:
        """List the looks at personal data in the clear, the newest first."""
        filters = {"subject": subject, "person": person, "since": since, "until": until}
        return await paging.read(work, _CLEAR_VIEWS, view=_clear_view, filters=filters)

    return router


def _period(asked: _Asked, *, now: datetime) -> tuple[datetime, datetime]:
    """Return from when to when; without a subject, the longest period up to now where nothing is said."""
    until = asked.until or now
    if asked.subject is not None:
        return asked.since or _BEGINNING, until
    since = asked.since or until - LONGEST_PERIOD
    if until - since > LONGEST_PERIOD:
        raise AuditPeriodTooLong(days=LONGEST_PERIOD.days)
    return since, until


def _act(row: Row) -> ActView:
    return ActView.model_validate(dict(row))


def _clear_view(row: Row) -> ClearViewView:
    return ClearViewView.model_validate(dict(row))
