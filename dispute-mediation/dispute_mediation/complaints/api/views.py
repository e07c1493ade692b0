"""A case as it is shown: persons masked, free text scanned for numbers."""

from collections.abc import Sequence
from datetime import datetime
from typing import Self
from uuid import UUID

from dispute_mediation.complaints.domain import Callback, Case, Resolution, State, Step, is_late
from dispute_mediation.complaints.queries import Entry, Whole
from shared.kernel import mask_address, mask_free_text
from shared.storage import Row
from shared.web import View

__all__ = ["CallbackView", "CaseDetail", "CaseLine", "CaseView", "ClearView", "CourseEntry", "ProposalView"]


class CaseView(View):
    """Where a case stands. `level` is community, town or district; deadlines are moments."""

    id: UUID
    case_no: str
    version: int
    territory: str
    state: str
    channel: str
    kind: str
    leaf: str
    urgency: str
    estate_id: UUID | None
    estate_code: str | None
    org: str | None
    order_no: str | None
    received_at: datetime
    level: str | None
    host_unit: str | None
    assist_units: list[str]
    handler: str | None
    returns: int
    dispatch_due_at: datetime
    accepted_at: datetime | None
    sign_due_at: datetime | None
    due_at: datetime | None
    due_provisional: bool
    extensions: int
    overdue: bool
    overdue_stage: str | None
    rejection_reason: str | None
    master_id: UUID | None
    repeat_count: int
    callback_required: bool
    callback_due_at: datetime | None
    reopened: bool
    closed_at: datetime | None
    allowed_actions: list[str]

    @classmethod
    def of(cls, case: Case, *, now: datetime, actions: Sequence[Step]) -> Self:
        """Show a case."""
        return cls.model_validate(_shown(case, now=now, actions=actions))


def _shown(case: Case, *, now: datetime, actions: Sequence[Step]) -> dict[str, object]:
    names = [name for name in CaseView.model_fields if hasattr(case, name)]
    plain = {name: getattr(case, name) for name in names if name != "allowed_actions"}
    return {
        **plain,
        "assist_units": list(case.assist_units),
        "overdue": case.is_overdue(now),
        "overdue_stage": case.stage,
        "reopened": case.round > 0,
        "allowed_actions": [step.value for step in actions],
    }


class CaseLine(View):
    """A case as a line of a list."""

    id: UUID
    case_no: str
    territory: str
    state: str
    channel: str
    leaf: str
    leaf_name: str
    urgency: str
    estate_id: UUID | None
    estate_code: str | None
    estate_name: str | None
    org: str | None
    host_unit: str | None
    received_at: datetime
    due_at: datetime | None
    due_provisional: bool
    overdue: bool
    repeat_count: int

    @classmethod
    def of(cls, row: Row, *, now: datetime) -> Self:
        """Show a row of the list."""
        overdue = is_late(State(row["state"]), due_at=row["due_at"], now=now)
        return cls(**row, overdue=overdue)


class PersonView(View):
    """Who complained, masked."""

    name: str | None
    phone: str | None


class ResolutionView(View):
    """A result; `days` are working days from the acceptance."""

    round: int
    result: str
    liability: str
    org: str | None
    degree: str | None
    reply: str
    evidence_hash: str
    days: int
    resolved_by: str
    resolved_at: datetime
    confirmed_by: str | None
    confirmed_at: datetime | None

    @classmethod
    def of(cls, resolution: Resolution) -> Self:
        """Show a result."""
        verdict = resolution.verdict
        return cls(
            **{name: getattr(resolution, name) for name in cls.model_fields if hasattr(resolution, name)},
            result=verdict.result,
            liability=verdict.liability,
            org=verdict.org,
            degree=verdict.degree,
            reply=mask_free_text(verdict.reply),
        )


class CallbackView(View):
    """A try to ask the person."""

    round: int
    try_no: int
    reached: bool
    solved: bool | None
    score: int | None
    note: str | None
    at: datetime

    @classmethod
    def of(cls, callback: Callback) -> Self:
        """Show a try."""
        plain = {name: getattr(callback, name) for name in cls.model_fields if name != "note"}
        return cls(**plain, note=_masked(callback.note))


class CaseDetail(CaseView):
    """A case with all that belongs to it; persons are masked, and so are numbers within the text."""

    leaf_name: str
    estate_name: str | None
    text: str
    wish: str | None
    building: str | None
    place_text: str | None
    files: list[dict[str, str]]
    anonymous: bool
    want_secret: bool
    person: PersonView | None
    resolutions: list[ResolutionView]
    callbacks: list[CallbackView]

    @classmethod
    def whole(cls, whole: Whole, *, now: datetime) -> Self:
        """Show a case with all that belongs to it."""
        written = whole.statement
        beside = {
            "leaf_name": whole.row["leaf_name"],
            "estate_name": whole.row["estate_name"],
            "text": mask_free_text(written["text"]),
            "wish": _masked(written["wish"]),
            "building": mask_address(written["building"]) if written["building"] else None,
            "place_text": _masked(written["place_text"]),
            "files": written["files"],
            "anonymous": whole.case.anonymous,
            "want_secret": whole.case.want_secret,
            "person": whole.person,
            "resolutions": [ResolutionView.of(one) for one in whole.resolutions],
            "callbacks": [CallbackView.of(one) for one in whole.callbacks],
        }
        return cls.model_validate({**_shown(whole.case, now=now, actions=whole.actions), **beside})


def _masked(text: str | None) -> str | None:
    return mask_free_text(text) if text else None


class ClearView(View):
    """Who complained, in the clear; that it was shown is on record."""

    case_id: UUID
    name: str | None
    phone: str | None
    text: str


class ProposalView(View):
    """A case that this one may repeat."""

    case_id: UUID
    same_person: bool
    same_leaf: bool
    likeness_percent: int
    open: bool


class CourseEntry(View):
    """One thing that happened. `what` is a published fact or a step; `facts` what the fact says."""

    at: datetime
    what: str
    person: str | None
    role: str
    unit: str | None
    note: str | None
    facts: dict[str, object]

    @classmethod
    def of(cls, entry: Entry, *, with_person: bool) -> Self:
        """Show an entry; to the one who complained, staff are named by role and unit alone."""
        shown = cls.model_validate(entry)
        return shown if with_person else shown.model_copy(update={"person": None})
