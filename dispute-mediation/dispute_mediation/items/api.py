"""The routes of resolution items."""

from datetime import datetime
from typing import Annotated, Self
from uuid import UUID

from fastapi import Query, status
from pydantic import Field, model_validator

from dispute_mediation.items.commands import (
    Duty,
    accept_item,
    assign_item,
    check_item,
    claim_item,
    close_item,
    decide_objection,
    object_to_item,
    start_item,
)
from dispute_mediation.items.domain import Item, State
from dispute_mediation.items.queries import ITEM_ORDERS, list_items
from dispute_mediation.items.storage import item_from, load_item
from dispute_mediation.units.fields import UnitCode
from shared.identity import Permission
from shared.kernel import mask_free_text
from shared.web import (
    Body,
    CurrentWork,
    Flag,
    LongText,
    Moment,
    Page,
    PageRequest,
    Router,
    ShortText,
    Territory,
    Uscc,
    View,
    needs,
    ordered,
)

__all__ = ["router"]

router = Router(
    prefix="/items",
    tags=["items"],
    about="会议交办事项：接收、办理、核验、销号。/ "
    "Items that a meeting assigns: accepted, done, verified, closed.",
)
_MOST_UNITS = 20


class NewItem(Body):
    """A duty (J-09). A company `org` owes it, or `unit`; beside a company `unit` watches over it.

    Without `due_at` the default term holds; any moment ahead within the longest term is allowed.
    """

    meeting_id: UUID
    case_id: UUID
    text: LongText
    deliverable: ShortText
    check_person: ShortText
    unit: UnitCode | None = None
    org: Uscc | None = None
    assist_units: Annotated[tuple[UnitCode, ...], Field(max_length=_MOST_UNITS)] = ()
    due_at: Moment | None = None

    @model_validator(mode="after")
    def _someone_owes_it(self) -> Self:
        if self.unit is None and self.org is None:
            message = "须指明责任单位或责任企业。 / Name the unit or the company that owes it."
            raise ValueError(message)
        return self

    def as_duty(self) -> Duty:
        """Return it as the command takes it."""
        return Duty(**self.model_dump(exclude={"meeting_id"}))


class Reason(Body):
    """Why, or what there is to show."""

    text: LongText


class Decision(Body):
    """The chair's word on an objection."""

    upheld: Flag


class Check(Body):
    """What the check person found."""

    passed: Flag


class ItemView(View):
    """A duty, who owes it, by when, and where it stands. `org` is set when a company owes it."""

    id: UUID
    version: int
    territory: str
    state: str
    meeting_id: UUID
    case_id: UUID
    estate_id: UUID | None
    text: str
    deliverable: str
    unit: str
    org: str | None
    assist_units: list[str]
    check_person: str
    assigned_at: datetime
    accept_due_at: datetime
    due_at: datetime
    due_provisional: bool
    overdue: bool
    overdue_stage: str | None
    objection: str | None
    decision_due_at: datetime | None
    claim: str | None
    claimed_at: datetime | None
    verified_by: str | None
    verified_at: datetime | None
    allowed_actions: list[str]

    @classmethod
    def of(cls, item: Item, *, now: datetime) -> Self:
        """Show a duty."""
        plain = {name: getattr(item, name) for name in cls.model_fields if hasattr(item, name)}
        masked = {name: _masked(plain[name]) for name in ("text", "objection", "claim")}
        return cls.model_validate(
            {
                **plain,
                **masked,
                "assist_units": list(item.assist_units),
                "overdue": item.is_overdue(now),
                "overdue_stage": item.stage,
                "allowed_actions": [step.value for step in item.allowed_actions()],
            }
        )


def _masked(text: str | None) -> str | None:
    return mask_free_text(text) if text else None


@router.post("", operation_id="assign_item", summary="交办会议事项", status_code=status.HTTP_201_CREATED)
@needs(Permission.ITEM_ASSIGN)
async def assign(body: NewItem, work: CurrentWork) -> ItemView:
    """Assign a duty at a meeting that was held with a quorum (J-09)."""
    item = await assign_item(work, meeting_id=body.meeting_id, duty=body.as_duty())
    return ItemView.of(item, now=work.now)


@router.get("", operation_id="list_items", summary="列出会议事项")
@needs(Permission.MEETING_READ)
async def list_all(  # noqa: PLR0913 - one parameter for each filter
    work: CurrentWork,
    paging: Annotated[PageRequest, ordered(ITEM_ORDERS)],
    *,
    state: State | None = None,
    unit: UnitCode | None = None,
    org: Uscc | None = None,
    meeting_id: UUID | None = None,
    case_id: UUID | None = None,
    territory: Territory | None = None,
    since: Moment | None = None,
    until: Moment | None = None,
    overdue: Annotated[bool, Query()] = False,
) -> Page[ItemView]:
    """Return the duties within the caller's sight, the newest first; `since` and `until`: when due."""
    filters = {
        "state": state,
        "unit": unit,
        "org": org,
        "meeting_id": meeting_id,
        "case_id": case_id,
        "territory": territory,
        "since": since,
        "until": until,
        "overdue": overdue or None,
    }
    return await list_items(
        work, paging=paging, filters=filters, view=lambda row: ItemView.of(item_from(row), now=work.now)
    )


@router.get("/{item_id}", operation_id="show_item", summary="查看一个会议事项")
@needs(Permission.MEETING_READ)
async def read(item_id: UUID, work: CurrentWork) -> ItemView:
    """Return a duty."""
    return ItemView.of(await load_item(work, item_id), now=work.now)


@router.post("/{item_id}/acceptance", operation_id="accept_item", summary="接受会议事项")
@needs(Permission.ITEM_HANDLE)
async def accept(item_id: UUID, work: CurrentWork) -> ItemView:
    """Take a duty on."""
    return ItemView.of(await accept_item(work, item_id=item_id), now=work.now)


@router.post("/{item_id}/objection", operation_id="object_to_item", summary="对会议事项提出异议")
@needs(Permission.ITEM_HANDLE)
async def object_(item_id: UUID, body: Reason, work: CurrentWork) -> ItemView:
    """Object to a duty, once and in time (J-11)."""
    return ItemView.of(await object_to_item(work, item_id=item_id, reason=body.text), now=work.now)


@router.post("/{item_id}/objection-decision", operation_id="decide_objection", summary="裁定会议事项异议")
@needs(Permission.ITEM_ASSIGN)
async def decide(item_id: UUID, body: Decision, work: CurrentWork) -> ItemView:
    """Withdraw a duty or insist on it, as the chair of its meeting (J-11)."""
    return ItemView.of(await decide_objection(work, item_id=item_id, upheld=body.upheld), now=work.now)


@router.post("/{item_id}/start", operation_id="start_item", summary="开始办理会议事项")
@needs(Permission.ITEM_HANDLE)
async def start(item_id: UUID, work: CurrentWork) -> ItemView:
    """Begin with a duty, or begin again after the check found it undone."""
    return ItemView.of(await start_item(work, item_id=item_id), now=work.now)


@router.post("/{item_id}/claim", operation_id="claim_item_done", summary="报告会议事项已完成")
@needs(Permission.ITEM_HANDLE)
async def claim(item_id: UUID, body: Reason, work: CurrentWork) -> ItemView:
    """Report a duty done, with what there is to show for it."""
    return ItemView.of(await claim_item(work, item_id=item_id, text=body.text), now=work.now)


@router.post("/{item_id}/verification", operation_id="verify_item", summary="核验会议事项")
@needs(Permission.ITEM_VERIFY)
async def verify(item_id: UUID, body: Check, work: CurrentWork) -> ItemView:
    """Say whether a duty is done, as its check person, who is not the one who reported it."""
    return ItemView.of(await check_item(work, item_id=item_id, passed=body.passed), now=work.now)


@router.post("/{item_id}/closure", operation_id="close_item", summary="办结会议事项")
@needs(Permission.ITEM_VERIFY)
async def close(item_id: UUID, work: CurrentWork) -> ItemView:
    """End a duty that was checked."""
    return ItemView.of(await close_item(work, item_id=item_id), now=work.now)
