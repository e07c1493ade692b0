"""Facts of the register: estates, their profiles, modes, operators, contracts."""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Uuid, bindparam, func, select, update
from sqlalchemy.dialects.postgresql import ARRAY

from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
    ServiceModeChanged,
)
from shared.messaging import Heard, SetWise
from shared.storage import Query, Work
from supervision.estate_files.storage.keeping import Kept, Latest, Once, Said, Told, columns
from supervision.tables import (
    contract_estates,
    contracts,
    estate_profiles,
    estates,
    mode_changes,
    operators,
)

__all__ = [
    "CONTRACT_SIGNED",
    "ESTATE_REGISTERED",
    "MODE_CHANGED",
    "OPERATOR",
    "PROFILE_UPDATED",
]

# What the registration says of the profile is older than every update.
REGISTERED: Final = 0

_ESTATES: Final = Once(estates, "id", "code", "territory", "year_built", "registered_on")
_PROFILES: Final = Latest(
    estate_profiles,
    key=["estate_id"],
    owns={"version": ["name", "area_m2x100", "households", "buildings", "three_no"]},
)
_MODES: Final = Once(mode_changes, "said", "estate_id", "mode", "reason", "starts_on")
_changes = mode_changes.c
_next_start = (
    func.min(_changes.starts_on)
    .over(partition_by=_changes.estate_id, order_by=_changes.said, rows=(1, None))
    .label("next_start")
)
_later = (
    select(_changes.said, _next_start)
    .where(_changes.estate_id == func.any(bindparam("of_estates", type_=ARRAY(Uuid))))
    .subquery("later")
)
_END_MODES: Final = Query(
    update(mode_changes)
    .where(_changes.said == _later.c.said, _changes.ends_on.is_distinct_from(_later.c.next_start))
    .values(ends_on=_later.c.next_start)
)
_CONTRACTS: Final = Once(
    contracts,
    "id",
    "contract_no",
    "org",
    "fee_fen_per_m2_month",
    "starts_on",
    "ends_on",
    "signed_on",
    "filing_due",
)
_CONTRACT_ESTATES: Final = Once(contract_estates, "contract_id", "estate_id")

_OPERATOR: Final = columns("estate_id", "kind", "org", "custodian")
OPERATOR: Final = Kept(
    operators,
    key=columns("assignment_id"),
    carries=_OPERATOR,
    facts={
        OperatorAssigned: Said("assigned_said", columns("contract_id", starts_on="start", planned_end="end")),
        OperatorVacated: Said("vacated_said", columns("reason", vacated_on="at")),
    },
)


async def _keep_estates(work: Work, heard: Sequence[Heard[EstateRegistered]]) -> None:
    """Keep estates and their first profiles."""
    await _ESTATES.put(work, [_estate_row(each.event) for each in heard])
    await _PROFILES.put(work, [_profile(each.event, version=REGISTERED) for each in heard])


def _estate_row(event: EstateRegistered) -> tuple[object, ...]:
    return event.estate_id, event.code, event.territory, event.year_built, event.registered_on


async def _keep_profiles(work: Work, heard: Sequence[Heard[EstateProfileUpdated]]) -> None:
    """Keep profiles, each unless a newer version of it is kept already."""
    await _PROFILES.put(work, [_profile(each.event, version=each.event.version) for each in heard])


def _profile(event: EstateRegistered | EstateProfileUpdated, *, version: int) -> Told:
    owned = (version, event.estate_name, event.area_m2x100, event.households, event.buildings, event.three_no)
    return Told((event.estate_id,), "version", owned)


async def _keep_modes(work: Work, heard: Sequence[Heard[ServiceModeChanged]]) -> None:
    """Keep changes of mode, and end what was said before each on its first day."""
    if await _MODES.put(work, [_mode_row(each) for each in heard]):
        await work.execute(_END_MODES, of_estates=list({each.event.estate_id for each in heard}))


def _mode_row(heard: Heard[ServiceModeChanged]) -> tuple[object, ...]:
    event = heard.event
    return heard.message_id, event.estate_id, event.new_mode, event.reason, event.effective_from


async def _keep_contracts(work: Work, heard: Sequence[Heard[ServiceContractSigned]]) -> None:
    """Keep contracts and the estates they cover."""
    events = [each.event for each in heard]
    await _CONTRACTS.put(work, [_contract_row(event) for event in events])
    covered = [(event.contract_id, estate_id) for event in events for estate_id in event.estate_ids]
    await _CONTRACT_ESTATES.put(work, covered)


def _contract_row(event: ServiceContractSigned) -> tuple[object, ...]:
    return (
        event.contract_id,
        event.contract_no,
        event.org,
        event.fee_fen_per_m2_month,
        event.start,
        event.end,
        event.signed_on,
        event.filing_due,
    )


ESTATE_REGISTERED: Final = SetWise(_keep_estates)
PROFILE_UPDATED: Final = SetWise(_keep_profiles)
MODE_CHANGED: Final = SetWise(_keep_modes)
CONTRACT_SIGNED: Final = SetWise(_keep_contracts)
