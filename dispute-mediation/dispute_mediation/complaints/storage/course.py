"""Who has to do with a case, and the steps of its course that no published fact tells."""

from collections.abc import Iterable
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, delete, insert

from dispute_mediation.tables import case_links, case_steps
from shared.kernel import new_id
from shared.storage import Query, Work, insert_rows

__all__ = ["add_step", "cut_link", "link"]

_LINK: Final = Query(insert_rows(case_links, "case_id", "party").on_conflict_do_nothing())
_CUT: Final = Query(
    delete(case_links).where(
        case_links.c.case_id == bindparam("case_id"), case_links.c.party == bindparam("party")
    )
)
_STEP: Final = Query(insert(case_steps))


async def link(work: Work, *, case_id: UUID, parties: Iterable[str]) -> None:
    """Let parties see the case beyond their territory; they were named in it."""
    named = sorted(set(parties))
    await work.put(_LINK, case_id=[case_id] * len(named), party=named)


async def cut_link(work: Work, *, case_id: UUID, party: str) -> None:
    """Take a party's sight of the case away again."""
    await work.put(_CUT, case_id=case_id, party=party)


async def add_step(work: Work, *, case_id: UUID, step: str, note: str | None = None) -> None:
    """Note a step that no published fact tells, for the course of the case."""
    await work.put(
        _STEP,
        id=new_id(),
        case_id=case_id,
        at=work.now,
        step=step,
        person=work.actor.person,
        role=work.actor.role,
        unit=work.actor.unit,
        note=note,
    )
