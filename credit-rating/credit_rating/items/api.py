"""Routes of credit items: record, confirm, take back, read."""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from credit_rating.companies.api import Org
from credit_rating.items.commands import Draft, confirm_item, record_item, revoke_item
from credit_rating.items.domain import LIFECYCLE, CreditItem, Status, Step
from credit_rating.items.queries import ITEM_ORDERS, items_of_company, one_item
from credit_rating.items.storage import item_of
from credit_rating.schemes.domain import Kind, Severity
from shared.identity import Permission
from shared.storage import Row
from shared.web import (
    Body,
    CalendarDay,
    Code,
    CurrentWork,
    LongText,
    Page,
    PageRequest,
    Router,
    View,
    needs,
    ordered,
)

__all__ = ["ItemView", "items", "of_company"]


class NewItem(Body):
    """What a recorder writes down. `fact_key` names the fact (a case, a paper); bad items need it."""

    code: Code
    variant: Code | None = None
    fact_key: Code | None = None
    estate_id: UUID | None = None
    occurred_on: CalendarDay | None = None
    evidence: LongText

    def draft(self) -> Draft:
        """Return it as the command takes it."""
        return Draft(**self.model_dump(exclude={"variant"}), variant=self.variant or "")


class Revocation(Body):
    """Why an item is taken back."""

    reason: LongText


class ItemView(View):
    """A credit item. Points in tenths; without `valid_from` it waits for confirmation and counts nothing."""

    id: UUID
    org: str
    scheme: str
    code: str
    variant: str
    kind: Kind
    severity: Severity | None
    status: Status
    points_tenths: int
    factor_tenths: int | None = None
    counted_tenths: int | None = None
    fact_key: str | None
    estate_id: UUID | None
    occurred_on: date
    evidence: str
    recorder_unit: str
    recorded_at: datetime
    confirmed_at: datetime | None = None
    valid_from: date | None = None
    valid_to: date | None = None
    revoked_at: datetime | None
    revocation_reason: str | None
    corrects: UUID | None
    allowed_actions: list[Step]
    version: int

    @classmethod
    def of(cls, item: CreditItem) -> "ItemView":
        """Return the view of an item; persons stay in the register."""
        effect = {} if item.effect is None else asdict(item.effect)
        actions = [step for step in LIFECYCLE.allowed(item.status) if step is not Step.EXPIRE]
        return cls.model_validate({**asdict(item), **effect, "allowed_actions": actions})


of_company = Router(
    prefix="/companies",
    tags=["items"],
    about="信用信息：一人记录、另一人确认，可以撤销。/ "
    "Credit items: recorded by one person, confirmed by another, revocable.",
)
items = Router(prefix="/items", tags=["items"])


@of_company.post(
    "/{org}/items", operation_id="record_credit_item", summary="记录企业信用事项", status_code=201
)
@needs(Permission.CREDIT_RECORD)
async def record(org: Org, body: NewItem, work: CurrentWork) -> ItemView:
    """Record an item in a company's file; it counts once another person has confirmed it."""
    return ItemView.of(await record_item(work, org=org, draft=body.draft()))


@of_company.get("/{org}/items", operation_id="list_credit_items", summary="列出企业信用事项")
@needs(Permission.CREDIT_FILE_READ)
async def some(
    org: Org,
    paging: Annotated[PageRequest, ordered(ITEM_ORDERS)],
    work: CurrentWork,
    *,
    status: Status | None = None,
    kind: Kind | None = None,
    estate_id: UUID | None = None,
    since: CalendarDay | None = None,
    until: CalendarDay | None = None,
) -> Page[ItemView]:
    """List a company's items, the newest first, also those that no longer count.

    `since` and `until` are about the day it occurred.
    """
    filters = {"status": status, "kind": kind, "estate_id": estate_id, "since": since, "until": until}
    return await items_of_company(work, org=org, paging=paging, filters=filters, view=_view)


@items.get("/{item_id}", operation_id="show_credit_item", summary="查看一条信用事项")
@needs(Permission.CREDIT_FILE_READ)
async def one(item_id: UUID, work: CurrentWork) -> ItemView:
    """Show an item."""
    return ItemView.of(await one_item(work, item_id=item_id))


@items.post("/{item_id}/confirmation", operation_id="confirm_credit_item", summary="确认信用事项")
@needs(Permission.CREDIT_CONFIRM)
async def confirm(item_id: UUID, work: CurrentWork) -> ItemView:
    """Have an item that another person recorded take effect."""
    return ItemView.of(await confirm_item(work, item_id=item_id))


@items.post("/{item_id}/revocation", operation_id="revoke_credit_item", summary="撤销信用事项")
@needs(Permission.CREDIT_CONFIRM)
async def revoke(item_id: UUID, body: Revocation, work: CurrentWork) -> ItemView:
    """Take an item back by a reversing entry."""
    return ItemView.of(await revoke_item(work, item_id=item_id, reason=body.reason))


def _view(row: Row) -> ItemView:
    return ItemView.of(item_of(row))
