"""What this service listens to, and what it does then."""

from typing import Final

from dispute_mediation.complaints.commands import file_complaint, link_cases, rename_operators
from dispute_mediation.complaints.domain import Channel, Filing, Kind, Urgency
from dispute_mediation.complaints.storage import order_is_known
from dispute_mediation.leaves.storage import find_leaf
from dispute_mediation.places.domain import KnownEstate
from dispute_mediation.places.storage import put_departure, put_estate, put_operator, rename_estate
from dispute_mediation.tables import known_estates, known_operators
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
)
from shared.contracts.exchange import ExternalOrderImported
from shared.messaging import ReadModel, Subscriptions
from shared.storage import Work

__all__ = ["READ_MODEL", "SUBSCRIPTIONS"]

# Where an order's category is not one of ours, a person puts it right on accepting it.
_LEAF_TO_BE_FOUND: Final = "OTH-01"


async def on_order_imported(work: Work, event: ExternalOrderImported) -> None:
    """Make a case of a 12345 order; an order that is a case already changes nothing."""
    if await order_is_known(work, event.order_no):
        return
    leaf = await find_leaf(work, event.leaf)
    filing = Filing(
        channel=Channel.HOTLINE,
        kind=Kind(event.kind),
        leaf=leaf.code if leaf else _LEAF_TO_BE_FOUND,
        urgency=Urgency(event.urgency),
        text=f"{event.title}\n{event.content}",
        place_text=event.place,
        estate_code=event.estate_code,
        territory=event.territory,
        mark=event.caller_mark,
        anonymous=event.caller_mark is None,
        want_secret=event.secret,
        order_no=event.order_no,
        sign_due=event.sign_due,
        handle_due=event.handle_due,
        received_at=min(event.received_at, work.now),
    )
    await file_complaint(work, filing=filing)


async def know_estate(work: Work, event: EstateRegistered) -> None:
    """Know the estate."""
    await put_estate(work, _estate_of(event))


async def on_estate_registered(work: Work, event: EstateRegistered) -> None:
    """Know the estate, and link the cases that named it before."""
    await know_estate(work, event)
    await link_cases(work, estate=_estate_of(event))


def _estate_of(event: EstateRegistered) -> KnownEstate:
    return KnownEstate(
        estate_id=event.estate_id,
        code=event.code,
        estate_name=event.estate_name,
        territory=event.territory,
    )


async def on_estate_updated(work: Work, event: EstateProfileUpdated) -> None:
    """Know the estate by its present name."""
    await rename_estate(work, estate_id=event.estate_id, estate_name=event.estate_name, version=event.version)


async def know_operator(work: Work, event: OperatorAssigned) -> None:
    """Know who answers for the estate from a day on."""
    await put_operator(
        work,
        assignment_id=event.assignment_id,
        estate_id=event.estate_id,
        org=event.org,
        custodian=event.custodian,
        kind=event.kind,
        start=event.start,
        end=event.end,
    )


async def on_operator_assigned(work: Work, event: OperatorAssigned) -> None:
    """Know who answers for the estate from a day on, and put it right in the open cases."""
    await know_operator(work, event)
    await rename_operators(work, estate_id=event.estate_id)


async def know_departure(work: Work, event: OperatorVacated) -> None:
    """Know on which day an operator left."""
    await put_departure(
        work,
        assignment_id=event.assignment_id,
        estate_id=event.estate_id,
        org=event.org,
        custodian=event.custodian,
        kind=event.kind,
        ended_on=event.at,
    )


async def on_operator_vacated(work: Work, event: OperatorVacated) -> None:
    """Know on which day an operator left, and put it right in the open cases."""
    await know_departure(work, event)
    await rename_operators(work, estate_id=event.estate_id)


SUBSCRIPTIONS: Final[Subscriptions] = {
    ExternalOrderImported: on_order_imported,
    EstateRegistered: on_estate_registered,
    EstateProfileUpdated: on_estate_updated,
    OperatorAssigned: on_operator_assigned,
    OperatorVacated: on_operator_vacated,
}

# Places alone: what the wider reactions do to cases is done once, when the fact comes.
READ_MODEL: Final = ReadModel(
    tables=[known_estates, known_operators],
    reactions={
        EstateRegistered: know_estate,
        EstateProfileUpdated: on_estate_updated,
        OperatorAssigned: know_operator,
        OperatorVacated: know_departure,
    },
)
