"""Every fact of other contexts this service listens to, and what it does then.

Facts may come twice, and those of different contexts in any order; a company may be named before it enters.
"""

from typing import Final

from credit_rating.companies.storage import hold_company
from credit_rating.items.commands import Fact, record_fact
from credit_rating.projects.storage import PUT_ASSIGNED, PUT_CONTRACT, PUT_ESTATE, PUT_VACATED
from credit_rating.scores.commands import refresh_if_entered
from credit_rating.tables import contracts, known_estates, operator_assignments
from shared.contracts import Event
from shared.contracts.dispute_mediation import ComplaintLiabilityConfirmed, ResolutionItemOverdue
from shared.contracts.estate_registry import (
    EstateProfileUpdated,
    EstateRegistered,
    OperatorAssigned,
    OperatorVacated,
    ServiceContractSigned,
)
from shared.kernel import local_date
from shared.messaging import ReadModel, Subscriptions
from shared.storage import Work

__all__ = ["READ_MODEL", "SUBSCRIPTIONS"]


async def on_liability_confirmed(work: Work, event: ComplaintLiabilityConfirmed) -> None:
    """Record a valid complaint for which the company is liable, once for each case."""
    fact = Fact(
        org=event.org,
        cause="complaint_liability",
        fact_key=f"complaint:{event.case_id}",
        estate_id=event.estate_id,
        occurred_on=local_date(event.confirmed_at),
        evidence=_evidence(work, event, hash_of_papers=event.evidence_hash),
        causation_id=work.occasion.causation_id,
    )
    await record_fact(work, fact=fact)


async def on_item_overdue(work: Work, event: ResolutionItemOverdue) -> None:
    """Record a duty that a company owes and has not done on its day, once for each duty.

    The warning before the day and the reminders after it change nothing.
    """
    if event.org is None or event.stage != "due":
        return
    fact = Fact(
        org=event.org,
        cause="resolution_item_overdue",
        fact_key=f"resolution-item:{event.item_id}",
        estate_id=event.estate_id,
        occurred_on=local_date(event.overdue_at),
        evidence=_evidence(work, event),
        causation_id=work.occasion.causation_id,
    )
    await record_fact(work, fact=fact)


async def note_assignment(work: Work, event: OperatorAssigned) -> None:
    """Note that a project of a company lives."""
    if event.org is None:
        return
    await work.execute(
        PUT_ASSIGNED,
        assignment_id=event.assignment_id,
        org=event.org,
        estate_id=event.estate_id,
        kind=event.kind,
        contract_id=event.contract_id,
        start=event.start,
        planned_end=event.end,
    )


async def on_operator_assigned(work: Work, event: OperatorAssigned) -> None:
    """Note that a project of a company lives; after a while it earns the first score (CR-07)."""
    if event.org is None:
        return
    await hold_company(work, org=event.org)
    await note_assignment(work, event)
    await refresh_if_entered(work, org=event.org)


async def note_vacation(work: Work, event: OperatorVacated) -> None:
    """Note that a project of a company has ended."""
    if event.org is None:
        return
    await work.execute(
        PUT_VACATED,
        assignment_id=event.assignment_id,
        org=event.org,
        estate_id=event.estate_id,
        kind=event.kind,
        vacated_on=event.at,
    )


async def on_operator_vacated(work: Work, event: OperatorVacated) -> None:
    """Note that a project of a company has ended, and score it anew."""
    if event.org is None:
        return
    await hold_company(work, org=event.org)
    await note_vacation(work, event)
    await refresh_if_entered(work, org=event.org)


async def on_contract_signed(work: Work, event: ServiceContractSigned) -> None:
    """Note a company's contract, for its file."""
    await work.execute(
        PUT_CONTRACT,
        contract_id=event.contract_id,
        contract_no=event.contract_no,
        org=event.org,
        estate_ids=event.estate_ids,
        start=event.start,
        end=event.end,
        signed_on=event.signed_on,
        filing_due=event.filing_due,
    )


async def on_estate_registered(work: Work, event: EstateRegistered) -> None:
    """Note the name of an estate, for people who read a file."""
    await work.execute(PUT_ESTATE, estate_id=event.estate_id, name=event.estate_name, version=1)


async def on_estate_updated(work: Work, event: EstateProfileUpdated) -> None:
    """Note the name of an estate, which may have changed; an older version is left aside."""
    await work.execute(PUT_ESTATE, estate_id=event.estate_id, name=event.estate_name, version=event.version)


def _evidence(work: Work, event: Event, *, hash_of_papers: str | None = None) -> str:
    papers = "" if hash_of_papers is None else f" {hash_of_papers}"
    return f"{event.name} {work.occasion.causation_id or '-'}{papers}"


SUBSCRIPTIONS: Final[Subscriptions] = {
    ComplaintLiabilityConfirmed: on_liability_confirmed,
    ResolutionItemOverdue: on_item_overdue,
    OperatorAssigned: on_operator_assigned,
    OperatorVacated: on_operator_vacated,
    ServiceContractSigned: on_contract_signed,
    EstateRegistered: on_estate_registered,
    EstateProfileUpdated: on_estate_updated,
}

# Projects alone: companies, items and scores are this service's own decisions.
READ_MODEL: Final = ReadModel(
    tables=[operator_assignments, contracts, known_estates],
    reactions={
        OperatorAssigned: note_assignment,
        OperatorVacated: note_vacation,
        ServiceContractSigned: on_contract_signed,
        EstateRegistered: on_estate_registered,
        EstateProfileUpdated: on_estate_updated,
    },
)
