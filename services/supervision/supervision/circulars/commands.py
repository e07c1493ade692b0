"""What is done with a circular, from the draft to its end."""

from uuid import UUID

from shared.contracts.supervision import CircularPublished
from shared.kernel import TerritoryCode, level_of, local_date, mask_free_text, new_id
from shared.storage import Work
from supervision.circulars.domain import (
    Circular,
    DistrictNotNamed,
    Kind,
    PeriodAhead,
    Span,
    Step,
    compose,
    span_of,
)
from supervision.circulars.material import gather
from supervision.circulars.records import next_serial, put_reply, record_step
from supervision.circulars.storage import add_circular, load_circular, rewrite, save_circular
from supervision.circulars.terms import due_on, fact_check_until, number_form

__all__ = [
    "close_circular",
    "draft_circular",
    "open_fact_check",
    "publish_circular",
    "redraft_circular",
    "reply_to_circular",
    "sign_circular",
]


async def draft_circular(
    work: Work, *, kind: Kind, span: Span, territory: TerritoryCode | None = None
) -> Circular:
    """Draft a circular of a district from today's figures.

    Raises DistrictNotNamed, OutsideTerritory, PeriodAhead, NothingToReport, CircularInPreparation.
    """
    district = work.scope.prefix if territory is None else territory
    if level_of(district) != "district":
        raise DistrictNotNamed(territory=district)
    work.require_territory(district)
    if span.start > local_date(work.now):
        raise PeriodAhead(period=span.text)
    circular = Circular(
        id=new_id(),
        territory=district,
        kind=kind,
        period=span.text,
        due_on=await due_on(work, kind=kind, span=span, territory=district),
        content=compose(kind, await gather(work, territory=district, span=span)),
    )
    await add_circular(work, circular)
    await record_step(work, circular, step=None)
    return circular


async def redraft_circular(work: Work, *, circular_id: UUID) -> Circular:
    """Draw a draft anew from today's figures, because its facts changed or were shown to be wrong.

    Raises CircularNotFound, StepNotAllowed, NothingToReport.
    """
    circular = await load_circular(work, circular_id=circular_id)
    span = span_of(circular.kind, circular.period)
    material = await gather(work, territory=circular.territory, span=span)
    redrafted = await rewrite(work, circular.redraft(compose(circular.kind, material)))
    await record_step(work, redrafted, step=Step.REDRAFT)
    return redrafted


async def open_fact_check(work: Work, *, circular_id: UUID) -> Circular:
    """Show a draft to the units it names, for the time of the rules (SU-05).

    Raises CircularNotFound, StepNotAllowed.
    """
    circular = await load_circular(work, circular_id=circular_id)
    until = await fact_check_until(work, territory=circular.territory)
    return await _save(work, circular.open_fact_check(until=until), step=Step.OPEN_FACT_CHECK)


async def sign_circular(work: Work, *, circular_id: UUID) -> Circular:
    """Sign a circular whose facts were checked: it gets its number, and its content is frozen.

    Raises CircularNotFound, StepNotAllowed, FactCheckRunning.
    """
    circular = await load_circular(work, circular_id=circular_id)
    circular.require_signable(now=work.now)
    year = local_date(work.now).year
    serial = await next_serial(work, territory=circular.territory, year=year)
    form = await number_form(work, territory=circular.territory)
    return await _save(work, circular.sign(year=year, serial=serial, form=form, now=work.now), step=Step.SIGN)


async def publish_circular(work: Work, *, circular_id: UUID) -> Circular:
    """Send a signed circular out, and tell the other services whom it names.

    Raises CircularNotFound, StepNotAllowed.
    """
    circular = await load_circular(work, circular_id=circular_id)
    published = await _save(work, circular.publish(now=work.now), step=Step.PUBLISH)
    work.publish(_published_event(published), about=published)
    return published


async def reply_to_circular(work: Work, *, circular_id: UUID, code: str, reply: str) -> Circular:
    """Record the answer of a named unit or company; numbers and names of persons in it are masked.

    Raises CircularNotFound, StepNotAllowed, UnitNotNamed.
    """
    circular = await load_circular(work, circular_id=circular_id)
    replied = await _save(work, circular.reply(code=code), step=Step.REPLY)
    await put_reply(work, replied, code=code, reply=mask_free_text(reply))
    return replied


async def close_circular(work: Work, *, circular_id: UUID) -> Circular:
    """End the matter of a circular that was answered; raise CircularNotFound or StepNotAllowed."""
    circular = await load_circular(work, circular_id=circular_id)
    return await _save(work, circular.close(), step=Step.CLOSE)


async def _save(work: Work, circular: Circular, *, step: Step) -> Circular:
    saved = await save_circular(work, circular)
    await record_step(work, saved, step=step)
    return saved


def _published_event(circular: Circular) -> CircularPublished:
    named = circular.content.named
    return CircularPublished(
        circular_id=circular.id,
        number=circular.number or "",
        kind=circular.kind.value,
        period=circular.period,
        units=[one.code for one in named if one.kind == "unit"],
        orgs=[one.code for one in named if one.kind == "org"],
    )
