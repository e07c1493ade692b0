"""A case that repeats another follows it: no new dispatch, one more on the counter (MD-16)."""

from uuid import UUID

from dispute_mediation.complaints.commands.clocks import stop_clocks
from dispute_mediation.complaints.domain import Case
from dispute_mediation.complaints.storage import load_case, save_case
from shared.contracts.dispute_mediation import ComplaintMergedAsRepeat
from shared.storage import Work

__all__ = ["follow", "merge_repeat"]


async def merge_repeat(work: Work, *, case_id: UUID, master_id: UUID) -> Case:
    """Have a case follow another one as its repeat; raise MasterUnfit."""
    case = await load_case(work, case_id)
    return await follow(work, case, master=await load_case(work, master_id))


async def follow(work: Work, case: Case, *, master: Case) -> Case:
    """Lay a case to its master and count it there."""
    merged = await save_case(work, case.merge_into(master))
    counted = await save_case(work, master.count_repeat(), by_rule=True)
    await stop_clocks(work, merged)
    work.publish(
        ComplaintMergedAsRepeat(
            case_id=merged.id,
            estate_id=merged.estate_id,
            master_id=counted.id,
            repeat_count=counted.repeat_count,
        ),
        about=merged,
    )
    return merged
