"""Facts of the register: estates, their profiles, modes, operators, contracts."""

from typing import Final

from sqlalchemy import bindparam, func, select, update
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    ServiceContractSigned,
    ServiceModeChanged,
)
from shared.storage import Query, Work
from supervision.estate_files.storage.keeping import Kept, columns, insert_once, message_of
from supervision.tables import (
    contract_estates,
    contracts,
    estate_profiles,
    estates,
    mode_changes,
    operators,
)

__all__ = [
    "OPERATOR_ASSIGNED",
    "OPERATOR_VACATED",
    "keep_contract",
    "keep_estate",
    "keep_mode",
    "keep_profile",
]

# What the registration says of the profile is older than every update.
REGISTERED: Final = 0

_PUT_ESTATE: Final = insert_once(estates)
_new_profile = insert(estate_profiles)
_PUT_PROFILE: Final = Query(
    _new_profile.on_conflict_do_update(
        index_elements=["estate_id"],
        set_={
            column.name: _new_profile.excluded[column.name]
            for column in estate_profiles.columns
            if not column.primary_key
        },
        where=estate_profiles.c.version < _new_profile.excluded.version,
    )
)
_changes = mode_changes.c
_PUT_MODE: Final = Query(
    insert(mode_changes)
    .values({column.name: bindparam(column.name) for column in _changes if column.name != "ends_on"})
    .on_conflict_do_nothing()
)
_next_start = (
    func.min(_changes.starts_on)
    .over(partition_by=_changes.estate_id, order_by=_changes.said, rows=(1, None))
    .label("next_start")
)
_later = (
    select(_changes.said, _next_start).where(_changes.estate_id == bindparam("of_estate")).subquery("later")
)
_END_MODES: Final = Query(
    update(mode_changes)
    .where(_changes.said == _later.c.said, _changes.ends_on.is_distinct_from(_later.c.next_start))
    .values(ends_on=_later.c.next_start)
)
_PUT_CONTRACT: Final = insert_once(contracts)
_PUT_CONTRACT_ESTATE: Final = insert_once(contract_estates)

_OPERATOR: Final = columns("estate_id", "kind", "org", "custodian")
OPERATOR_ASSIGNED: Final = Kept(
    operators,
    key=columns("assignment_id"),
    said="assigned_said",
    owns=columns("contract_id", starts_on="start", planned_end="end"),
    carries=_OPERATOR,
)
OPERATOR_VACATED: Final = Kept(
    operators,
    key=columns("assignment_id"),
    said="vacated_said",
    owns=columns("reason", vacated_on="at"),
    carries=_OPERATOR,
)


async def keep_estate(work: Work, event: EstateRegistered) -> None:
    """Keep an estate and its first profile."""
    await work.execute(
        _PUT_ESTATE,
        id=event.estate_id,
        code=event.code,
        territory=event.territory,
        year_built=event.year_built,
        registered_on=event.registered_on,
    )
    await _put_profile(work, event, version=REGISTERED)


async def keep_profile(work: Work, event: EstateProfileUpdated) -> None:
    """Keep a profile, unless a newer version of it is kept already."""
    await _put_profile(work, event, version=event.version)


async def _put_profile(work: Work, event: EstateRegistered | EstateProfileUpdated, *, version: int) -> None:
    await work.execute(
        _PUT_PROFILE,
        estate_id=event.estate_id,
        version=version,
        name=event.estate_name,
        area_m2x100=event.area_m2x100,
        households=event.households,
        buildings=event.buildings,
        three_no=event.three_no,
    )


async def keep_mode(work: Work, event: ServiceModeChanged) -> None:
    """Keep a change of mode, and end what was said before it on its first day."""
    added = await work.execute(
        _PUT_MODE,
        said=message_of(work),
        estate_id=event.estate_id,
        mode=event.new_mode,
        reason=event.reason,
        starts_on=event.effective_from,
    )
    if added:
        await work.execute(_END_MODES, of_estate=event.estate_id)


async def keep_contract(work: Work, event: ServiceContractSigned) -> None:
    """Keep a contract and the estates it covers."""
    await work.execute(
        _PUT_CONTRACT,
        id=event.contract_id,
        contract_no=event.contract_no,
        org=event.org,
        fee_fen_per_m2_month=event.fee_fen_per_m2_month,
        starts_on=event.start,
        ends_on=event.end,
        signed_on=event.signed_on,
        filing_due=event.filing_due,
    )
    covered = [{"contract_id": event.contract_id, "estate_id": estate_id} for estate_id in event.estate_ids]
    await work.execute_many(_PUT_CONTRACT_ESTATE, covered)
