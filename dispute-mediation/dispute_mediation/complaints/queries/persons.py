"""Who complained, as far as the asking role may know (Y-06; domain, 11)."""

from dataclasses import dataclass
from uuid import UUID

from dispute_mediation.complaints.domain import Case, PersonKeptSecret, PersonNotYours, PersonUnknown
from dispute_mediation.complaints.storage import load_case, load_statement
from dispute_mediation.persons.domain import Person
from dispute_mediation.persons.storage import load_person
from dispute_mediation.sight import is_bound, sees_territory
from shared.identity import Role
from shared.kernel import Actor, mask_name, mask_phone
from shared.privacy import record_clear_view
from shared.storage import Work

__all__ = ["ClearPerson", "masked_person", "person_in_clear"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ClearPerson:
    """Who complained, and what they wrote, in the clear."""

    case_id: UUID
    name: str | None
    phone: str | None
    text: str


async def masked_person(work: Work, case: Case) -> Person | None:
    """Return the person masked; None for roles without sight of persons, and where secrecy was asked for."""
    if not _may_see_masked(work.actor, case):
        return None
    person = await load_person(work, case_id=case.id)
    if person is None:
        return None
    return Person(
        name=mask_name(person.name) if person.name else None,
        phone=mask_phone(person.phone) if person.phone else None,
    )


def _may_see_masked(actor: Actor, case: Case) -> bool:
    if actor.person == case.filed_by:
        return True
    if case.want_secret and is_bound(actor):
        return False
    facts = Role(actor.role).facts
    return (facts.pii if sees_territory(actor) else facts.pii_on_case) > 0


def _handles(actor: Actor, case: Case) -> bool:
    """Say whether the case is in the actor's hands or their unit's; the liaison has the hotline's orders."""
    if actor.role == Role.HOTLINE_LIAISON:
        return case.order_no is not None
    units = (case.host_unit, *case.assist_units)
    return actor.person == case.handler or (actor.unit is not None and actor.unit in units)


async def person_in_clear(work: Work, case_id: UUID) -> ClearPerson:
    """Return the person in the clear; who looked, when and why is recorded first.

    Raises NoReason without an `X-Reason`, PersonKeptSecret, PersonNotYours, PersonUnknown.
    """
    case = await load_case(work, case_id)
    if case.want_secret and is_bound(work.actor):
        raise PersonKeptSecret
    if not _handles(work.actor, case):
        raise PersonNotYours
    await record_clear_view(work, subject=str(case_id), field="person", reason=work.reason)
    person = await load_person(work, case_id=case_id)
    statement = await load_statement(work, case_id=case_id)
    if person is None or statement is None:
        raise PersonUnknown
    return ClearPerson(case_id=case_id, name=person.name, phone=person.phone, text=statement["text"])
