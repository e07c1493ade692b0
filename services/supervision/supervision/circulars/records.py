"""Beside the document: its number in the year, who took which step, who answered."""

from typing import Final

from sqlalchemy import bindparam, insert, select
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.kernel import TerritoryCode
from shared.storage import Query, Row, Work
from supervision.circulars.domain import Circular, Step
from supervision.tables import circular_numbers, circular_replies, circular_steps

__all__ = ["next_serial", "put_reply", "record_step", "replies_to", "steps_of"]

_new_number = upsert(circular_numbers).values(
    territory=bindparam("territory"), year=bindparam("year"), last=1
)
# The row is locked until the transaction ends: numbers of a year have no gap and no double.
_NEXT_NUMBER: Final = Query(
    _new_number.on_conflict_do_update(
        index_elements=["territory", "year"], set_={"last": circular_numbers.c.last + 1}
    ).returning(circular_numbers.c.last)
)
_ADD_STEP: Final = Query(insert(circular_steps))
_new_reply = upsert(circular_replies)
_PUT_REPLY: Final = Query(
    _new_reply.on_conflict_do_update(
        index_elements=["circular_id", "code"],
        set_={"reply": _new_reply.excluded.reply, "replied_at": _new_reply.excluded.replied_at},
    )
)
_REPLIES: Final = Query(
    select(circular_replies)
    .where(circular_replies.c.circular_id == bindparam("of"))
    .order_by(circular_replies.c.replied_at, circular_replies.c.code)
)
_STEPS: Final = Query(
    select(circular_steps)
    .where(circular_steps.c.circular_id == bindparam("of"))
    .order_by(circular_steps.c.version)
)


async def next_serial(work: Work, *, territory: TerritoryCode, year: int) -> int:
    """Take the next number of a district's year; it is given back when the transaction fails."""
    row = await work.fetch_one(_NEXT_NUMBER, territory=territory, year=year)
    return int(row["last"]) if row else 1


async def record_step(work: Work, circular: Circular, *, step: Step | None) -> None:
    """Write down who took a step; None is the drafting itself."""
    await work.execute(
        _ADD_STEP,
        circular_id=circular.id,
        version=circular.version,
        step=step.value if step else "draft",
        person=work.actor.person,
        role=work.actor.role,
        reason=work.reason,
        at=work.now,
    )


async def put_reply(work: Work, circular: Circular, *, code: str, reply: str) -> None:
    """Keep the answer of a named unit or company; a later one takes the place of an earlier."""
    await work.execute(_PUT_REPLY, circular_id=circular.id, code=code, reply=reply, replied_at=work.now)


async def replies_to(work: Work, circular: Circular) -> list[Row]:
    """Return the answers to a circular, the first first."""
    return await work.fetch_all(_REPLIES, of=circular.id)


async def steps_of(work: Work, circular: Circular) -> list[Row]:
    """Return who took which step, the first first."""
    return await work.fetch_all(_STEPS, of=circular.id)
