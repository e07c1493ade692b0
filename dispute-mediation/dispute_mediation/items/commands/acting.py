"""A duty on its way: accepted or objected to, done, checked, closed."""

from dataclasses import replace
from uuid import UUID

from dispute_mediation.clocks.rules import rules_for
from dispute_mediation.items.commands.clock import run_clock, settle_clock
from dispute_mediation.items.domain import Item, Side
from dispute_mediation.items.storage import load_item, save_item
from dispute_mediation.meetings.storage import load_meeting
from dispute_mediation.sight import is_bound
from shared.contracts.dispute_mediation import ResolutionItemVerified
from shared.kernel import Actor
from shared.storage import Work

__all__ = [
    "accept_item",
    "check_item",
    "claim_item",
    "close_item",
    "decide_objection",
    "object_to_item",
    "start_item",
]


async def accept_item(work: Work, *, item_id: UUID) -> Item:
    """Take a duty on; raise NotTheResponsible."""
    item = await load_item(work, item_id)
    return await _keep(work, item, item.accept(side=_side(work.actor)))


async def object_to_item(work: Work, *, item_id: UUID, reason: str) -> Item:
    """Object to a duty, once and in time (J-11); raise ObjectionTooLate, NotTheResponsible."""
    item = await load_item(work, item_id)
    rules = await rules_for(work, item.territory)
    objected = item.object(
        reason=reason,
        side=_side(work.actor),
        now=work.now,
        decision_due_at=rules.working_days("item.decision_wd", start=work.now).at,
    )
    return await _keep(work, item, objected)


async def decide_objection(work: Work, *, item_id: UUID, upheld: bool) -> Item:
    """Withdraw a duty or insist on it, as its meeting's chair; raise NotTheChair."""
    item = await load_item(work, item_id)
    meeting = await load_meeting(work, item.meeting_id)
    decided = item.decide_objection(upheld=upheld, person=work.actor.person, chair=meeting.chair)
    return await _keep(work, item, decided)


async def start_item(work: Work, *, item_id: UUID) -> Item:
    """Begin with a duty, or begin again."""
    item = await load_item(work, item_id)
    return await _keep(work, item, item.start(side=_side(work.actor)))


async def claim_item(work: Work, *, item_id: UUID, text: str) -> Item:
    """Report a duty done, with what there is to show for it."""
    item = await load_item(work, item_id)
    claimed = item.report_done(claim=text, person=work.actor.person, side=_side(work.actor), now=work.now)
    return await _keep(work, item, claimed)


async def check_item(work: Work, *, item_id: UUID, passed: bool) -> Item:
    """Say whether a duty is done, as its check person; raise SamePersonVerifies, NotTheCheckPerson."""
    item = await load_item(work, item_id)
    checked = await _keep(work, item, item.check(passed=passed, person=work.actor.person, now=work.now))
    work.publish(
        ResolutionItemVerified(
            item_id=item.id,
            case_id=item.case_id,
            estate_id=item.estate_id,
            unit=item.unit,
            org=item.org,
            passed=passed,
            on_time=item.on_time,
        ),
        about=checked,
    )
    return checked


async def close_item(work: Work, *, item_id: UUID) -> Item:
    """End a duty that was checked."""
    item = await load_item(work, item_id)
    return await _keep(work, item, item.close())


async def _keep(work: Work, item: Item, decided: Item) -> Item:
    rules = await rules_for(work, item.territory)
    settled = item if decided.is_owed else settle_clock(work, item, rules=rules)
    saved = await save_item(work, replace(decided, stage=settled.stage))
    await run_clock(work, saved, rules=rules)
    return saved


def _side(actor: Actor) -> Side:
    return Side(unit=actor.unit, org=actor.org, bound=is_bound(actor))
