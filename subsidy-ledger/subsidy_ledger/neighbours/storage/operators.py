"""Who served an estate, and by which contract."""

from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.dialects.postgresql import insert

from shared.contracts.estate_registry import OperatorAssigned, OperatorVacated, ServiceContractSigned
from shared.kernel import Period
from shared.storage import Query, Row, Work
from subsidy_ledger.neighbours.domain import Spell
from subsidy_ledger.tables import LONGEST_LIST, known_contracts, known_operators

__all__ = ["find_contract_no", "put_assignment", "put_contract", "put_vacation", "read_spells"]

_operators = known_operators.c
_contracts = known_contracts.c
_new_spell = insert(known_operators)
_spell = ("kind", "org", "starts_on", "ends_on", "assigned_event_id")
_PUT_ASSIGNMENT: Final = Query(
    _new_spell.on_conflict_do_update(
        index_elements=["assignment_id"],
        set_={name: _new_spell.excluded[name] for name in _spell},
        where=or_(
            _operators.assigned_event_id.is_(None),
            _operators.assigned_event_id < _new_spell.excluded.assigned_event_id,
        ),
    )
)
_PUT_VACATION: Final = Query(
    _new_spell.on_conflict_do_update(
        index_elements=["assignment_id"],
        set_={"vacated_on": func.least(_operators.vacated_on, _new_spell.excluded.vacated_on)},
    )
)
_PUT_CONTRACT: Final = Query(insert(known_contracts).on_conflict_do_nothing())
_SPELLS: Final = Query(
    select(
        _operators.org,
        _operators.starts_on,
        func.least(_operators.ends_on, _operators.vacated_on).label("ends_on"),
    )
    .where(
        _operators.estate_id == bindparam("estate_id"),
        _operators.kind == "company",
        _operators.starts_on.is_not(None),
    )
    .order_by(_operators.starts_on.desc())
    .limit(LONGEST_LIST)
)
_CONTRACT: Final = Query(
    select(_contracts.contract_no)
    .where(
        _contracts.estate_id == bindparam("estate_id"),
        _contracts.org == bindparam("org"),
        _contracts.starts_on <= bindparam("day"),
        _contracts.ends_on >= bindparam("day"),
    )
    .order_by(_contracts.starts_on.desc(), _contracts.contract_no)
    .limit(1)
)


async def put_assignment(work: Work, event: OperatorAssigned) -> None:
    """Keep who answers for an estate from when to when."""
    await work.execute(
        _PUT_ASSIGNMENT,
        assignment_id=event.assignment_id,
        estate_id=event.estate_id,
        kind=event.kind,
        org=event.org,
        starts_on=event.start,
        ends_on=event.end,
        vacated_on=None,
        assigned_event_id=work.occasion.causation_id,
    )


async def put_vacation(work: Work, event: OperatorVacated) -> None:
    """Keep that an operator's time ended, earlier than its assignment said."""
    await work.execute(
        _PUT_VACATION,
        assignment_id=event.assignment_id,
        estate_id=event.estate_id,
        kind=event.kind,
        org=event.org,
        starts_on=None,
        ends_on=None,
        vacated_on=event.at,
        assigned_event_id=None,
    )


async def put_contract(work: Work, event: ServiceContractSigned) -> None:
    """Keep the number of a contract for each estate it covers."""
    shared = {
        "contract_id": event.contract_id,
        "contract_no": event.contract_no,
        "org": event.org,
        "starts_on": event.start,
        "ends_on": event.end,
    }
    await work.execute_many(
        _PUT_CONTRACT, [{**shared, "estate_id": estate_id} for estate_id in event.estate_ids]
    )


async def read_spells(work: Work, *, estate_id: UUID) -> Sequence[Spell]:
    """Return the spells of companies at an estate; one that was vacated on its first day is none."""
    rows = await work.fetch_all(_SPELLS, estate_id=estate_id)
    return [_spell_of(row) for row in rows if row["ends_on"] is None or row["starts_on"] < row["ends_on"]]


def _spell_of(row: Row) -> Spell:
    return Spell(org=row["org"], period=Period(row["starts_on"], row["ends_on"]))


async def find_contract_no(work: Work, *, estate_id: UUID, org: str, day: date) -> str | None:
    """Return the number of the contract under which a company serves an estate on a day."""
    row = await work.fetch_one(_CONTRACT, estate_id=estate_id, org=org, day=day)
    return None if row is None else row["contract_no"]
