"""The audit trail of a service: every act its journal holds, and every look at personal data in the clear.

Both are append-only. An auditor sees the acts of their own territory; the audit administrator sees all acts,
and who looked at personal data.
"""

from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, DateTime, Select, Text, bindparam, or_, select, tuple_

from shared.identity import Permission
from shared.storage import Query, Work, in_scope, new_metadata
from shared.web.cursor import Page, PageRequest, Paging
from shared.web.models import Moment, ShortText, View
from shared.web.refusals import BadRequest
from shared.web.route import CurrentWork, Router, needs

__all__ = ["AuditPeriodTooLong", "audit_router"]

# Without a subject the journal is read along its months: a question has a bound.
LONGEST_PERIOD: Final = timedelta(days=31)

_tables = new_metadata().tables
_journal, _views = _tables["journal"].c, _tables["clear_views"].c
_moment = DateTime(timezone=True)
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


def _or_any(column: ColumnElement[str], name: str) -> ColumnElement[bool]:
    """Return the predicate "equal to the parameter, where one is given"."""
    given = bindparam(name, type_=Text)
    return or_(given.is_(None), column == given)


def _newest_acts() -> Select[tuple[object, ...]]:
    """Select acts before a place in the journal, the newest first."""
    return (
        select(*(_journal[field] for field in ActView.model_fields))
        .where(
            tuple_(_journal.recorded_at, _journal.seq)
            < tuple_(bindparam("before", type_=_moment), bindparam("before_seq")),
            _or_any(_journal.person, "person"),
            _or_any(_journal.type, "type"),
            in_scope(_journal.territory),
        )
        .order_by(_journal.recorded_at.desc(), _journal.seq.desc())
        .limit(bindparam("limit"))
    )


_ACTS: Final = Query(_newest_acts().where(_journal.recorded_at >= bindparam("since", type_=_moment)))
_ACTS_ABOUT: Final = Query(_newest_acts().where(_journal.subject == bindparam("subject")))
_CLEAR_VIEWS: Final = Query(
    select(*(_views[field] for field in ClearViewView.model_fields))
    .where(
        tuple_(_views.at, _views.id) < tuple_(bindparam("before", type_=_moment), bindparam("before_id")),
        _or_any(_views.person, "person"),
        _or_any(_views.subject, "subject"),
    )
    .order_by(_views.at.desc(), _views.id.desc())
    .limit(bindparam("limit"))
)
_LAST_SEQ: Final = 2**63 - 1
_LAST_ID: Final = UUID(int=2**128 - 1)


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
    router = Router(prefix="/audit", tags=["audit"])

    @router.get("/acts", operation_id="list_acts", summary="列出操作记录（审计）")
    @needs(Permission.AUDIT_READ)
    async def acts(
        work: CurrentWork,
        paging: Paging,
        *,
        subject: Name = None,
        person: Name = None,
        type: Name = None,  # noqa: A002 - the field's name in the journal
        since: Moment | None = None,
        until: Moment | None = None,
    ) -> Page[ActView]:
        """List acts, the newest first: about a subject, or of a period of at most 31 days."""
        asked = _Asked(subject=subject, person=person, type=type, since=since, until=until)
        return await _list_acts(work, paging=paging, asked=asked)

    @router.get("/clear-views", operation_id="list_clear_views", summary="列出个人信息明文查看记录（审计）")
    @needs(Permission.CLEAR_VIEWS_READ)
    async def clear_views(
        work: CurrentWork, paging: Paging, *, subject: Name = None, person: Name = None
    ) -> Page[ClearViewView]:
        """List the looks at personal data in the clear, the newest first."""
        return await _list_clear_views(work, paging=paging, subject=subject, person=person)

    return router


async def _list_acts(work: Work, *, paging: PageRequest, asked: _Asked) -> Page[ActView]:
    filters = asdict(asked)
    after = paging.after(**filters)
    since, until = _period(asked, now=work.now)
    about = {"since": since} if asked.subject is None else {"subject": asked.subject}
    rows = await work.fetch_all(
        _ACTS if asked.subject is None else _ACTS_ABOUT,
        before=datetime.fromisoformat(after[0]) if after else until,
        before_seq=int(after[1]) if after else _LAST_SEQ,
        person=asked.person,
        type=asked.type,
        limit=paging.limit + 1,
        **about,
    )
    return paging.page(
        rows,
        view=lambda row: ActView.model_validate(dict(row)),
        order=lambda row: [row["recorded_at"].isoformat(), row["seq"]],
        filters=filters,
    )


def _period(asked: _Asked, *, now: datetime) -> tuple[datetime, datetime]:
    """Return from when to when; the longest period up to now where nothing is said."""
    until = asked.until or now
    since = asked.since or until - LONGEST_PERIOD
    if asked.subject is None and until - since > LONGEST_PERIOD:
        raise AuditPeriodTooLong(days=LONGEST_PERIOD.days)
    return since, until


async def _list_clear_views(
    work: Work, *, paging: PageRequest, subject: str | None, person: str | None
) -> Page[ClearViewView]:
    filters = {"subject": subject, "person": person}
    after = paging.after(**filters)
    rows = await work.fetch_all(
        _CLEAR_VIEWS,
        before=datetime.fromisoformat(after[0]) if after else work.now,
        before_id=UUID(after[1]) if after else _LAST_ID,
        limit=paging.limit + 1,
        **filters,
    )
    return paging.page(
        rows,
        view=lambda row: ClearViewView.model_validate(dict(row)),
        order=lambda row: [row["at"].isoformat(), row["id"]],
        filters=filters,
    )
