"""Facts of other services, in any order, twice."""

from datetime import date
from itertools import permutations
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from ledger_desk import ORG, District

from shared.contracts import Event
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
)
from shared.kernel import Actor, new_id
from shared.storage import Occasion
from subsidy_ledger.neighbours.storage import find_contract_no, find_estate, find_grade, read_spells

if TYPE_CHECKING:
    from shared.contracts.credit_rating import Grade


def occasion(district: District) -> Occasion:
    return Occasion(actor=Actor.system("test"), now=district.clock())


def profile(district: District, *, version: int, area: int) -> EstateProfileUpdated:
    return EstateProfileUpdated(
        estate_id=district.estate_id,
        version=version,
        changed=["area_m2x100"],
        estate_name=f"第{version}版",
        area_m2x100=area,
        households=190,
        buildings=6,
        three_no=True,
    )


@pytest.mark.parametrize("order", [*permutations(("registered", "second", "third"))])
async def test_the_newest_profile_of_an_estate_wins_in_any_order(
    district: District, order: tuple[str, ...]
) -> None:
    updates = {
        "second": profile(district, version=2, area=200),
        "third": profile(district, version=3, area=300),
    }

    for name in order:
        if name == "registered":
            await district.register(area=100)
        else:
            await district.hears(updates[name], times=2)

    async with district.database.read(occasion(district)) as work:
        estate = await find_estate(work, estate_id=district.estate_id)
    assert estate is not None
    assert (estate.area_m2x100, estate.profile_version, estate.territory) == (300, 3, "610703001001")


async def test_an_estate_is_not_known_before_its_registration(district: District) -> None:
    await district.hears(profile(district, version=2, area=200))

    async with district.database.read(occasion(district)) as work:
        assert await find_estate(work, estate_id=district.estate_id) is None


@pytest.mark.parametrize("vacated_first", [True, False])
async def test_an_operators_time_ends_when_it_was_vacated(district: District, *, vacated_first: bool) -> None:
    assigned = await district.assign() if not vacated_first else None
    assignment_id = assigned.assignment_id if assigned else new_id()
    vacated = OperatorVacated(
        estate_id=district.estate_id,
        assignment_id=assignment_id,
        kind="company",
        org=ORG,
        custodian=None,
        at=date(2026, 1, 15),
        reason="合同解除",
    )

    await district.hears(vacated, times=2)
    if vacated_first:
        await district.hears(_assignment(district, assignment_id))

    async with district.database.read(occasion(district)) as work:
        [spell] = await read_spells(work, estate_id=district.estate_id)
    assert (spell.org, spell.period.start, spell.period.end) == (
        ORG,
        date(2025, 3, 15),
        date(2026, 1, 15),
    )


def _assignment(district: District, assignment_id: UUID) -> Event:
    return OperatorAssigned(
        estate_id=district.estate_id,
        assignment_id=assignment_id,
        kind="company",
        org=ORG,
        custodian=None,
        contract_id=None,
        start=date(2025, 3, 15),
        end=None,
    )


@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
async def test_the_latest_grade_counts_in_any_order(district: District, order: tuple[int, ...]) -> None:
    """Two changes on one day: the one recorded last counts, whenever it comes."""
    changes: list[tuple[Grade, date]] = [
        ("B", date(2026, 1, 1)),
        ("AAA", date(2026, 2, 1)),
        ("AA", date(2026, 2, 1)),
    ]
    ids = [new_id() for _ in changes]

    for place in order:
        grade, on = changes[place]
        await district.grade(grade, on, event_id=ids[place])

    async with district.database.read(occasion(district)) as work:
        found = await find_grade(work, org=ORG, day=date(2026, 3, 2))
        earlier = await find_grade(work, org=ORG, day=date(2026, 1, 31))
    assert found is not None
    assert (found.grade, found.coefficient_hundredths, found.event_id) == ("AA", 100, ids[2])
    assert earlier is not None
    assert earlier.grade == "B"


async def test_a_contract_is_kept_for_each_estate_it_covers(district: District) -> None:
    other = new_id()
    signed = ServiceContractSigned(
        contract_id=new_id(),
        contract_no="HT-1",
        estate_ids=[district.estate_id, other],
        org=ORG,
        fee_fen_per_m2_month=60,
        start=date(2025, 3, 15),
        end=date(2028, 3, 14),
        signed_on=date(2025, 3, 1),
        filing_due=date(2025, 3, 31),
    )

    await district.hears(signed, times=2)

    async with district.database.read(occasion(district)) as work:
        found = [
            await find_contract_no(work, estate_id=estate, org=ORG, day=date(2026, 1, 1))
            for estate in (district.estate_id, other, new_id())
        ]
    assert found == ["HT-1", "HT-1", None]
