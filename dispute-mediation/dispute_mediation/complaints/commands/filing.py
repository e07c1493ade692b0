"""A grievance comes in: by a person at a desk or a phone, or as a 12345 order."""

from datetime import timedelta
from uuid import UUID

from dispute_mediation.clocks.rules import Rules, rules_for
from dispute_mediation.complaints.commands.clocks import watch_dispatch
from dispute_mediation.complaints.commands.repeats import follow
from dispute_mediation.complaints.domain import (
    Case,
    Filing,
    ReceivedInFuture,
    case_number,
    master_among,
)
from dispute_mediation.complaints.storage import (
    earlier_cases,
    insert_case,
    link,
    load_master,
    next_serial,
    put_statement,
)
from dispute_mediation.leaves.domain import Danger, Leaf
from dispute_mediation.leaves.storage import leaf_of
from dispute_mediation.persons.domain import Person
from dispute_mediation.persons.storage import mark_of, put_person
from dispute_mediation.places.domain import Place
from dispute_mediation.places.queries import find_place
from dispute_mediation.sight import org_party, person_party
from shared.contracts.dispute_mediation import ComplaintReceived
from shared.kernel import local_date, new_id
from shared.storage import Work

__all__ = ["file_complaint"]


async def file_complaint(work: Work, *, filing: Filing) -> Case:
    """Take a grievance in; one that repeats an open case of the same person follows it at once (MD-16).

    Raises PlaceMissing, PlaceTooWide, OutsideTerritory, LeafUnknown, ReceivedInFuture.
    """
    if filing.received_at > work.now:
        raise ReceivedInFuture(received_at=filing.received_at.isoformat())
    leaf = await leaf_of(work, filing.leaf)
    place = await find_place(
        work,
        estate_id=filing.estate_id,
        estate_code=filing.estate_code,
        territory=filing.territory,
        day=local_date(filing.received_at),
    )
    work.require_territory(place.territory)
    rules = await rules_for(work, place.territory)
    case = await _numbered_case(work, filing=filing, place=place, rules=rules)
    master_id = await _find_master(work, case, leaf=leaf, rules=rules)
    await _put_case(work, case, filing=filing)
    if master_id is None:
        return case
    return await follow(work, case, master=await load_master(work, master_id))


async def _numbered_case(work: Work, *, filing: Filing, place: Place, rules: Rules) -> Case:
    year = rules.day.year
    serial = await next_serial(work, town=place.territory[:9], year=year)
    case_no = case_number(territory=place.territory, year=year, serial=serial)
    return _new_case(filing, place=place, case_no=case_no, work=work, rules=rules)


async def _put_case(work: Work, case: Case, *, filing: Filing) -> None:
    await insert_case(work, case)
    await put_statement(work, case_id=case.id, filing=filing)
    if (person := _person(filing)) is not None:
        await put_person(work, case_id=case.id, person=person)
    company = [org_party(case.org)] if case.org else []
    await link(work, case_id=case.id, parties=[person_party(case.filed_by), *company])
    await watch_dispatch(work, case)
    work.publish(_received(case), about=case)


def _new_case(filing: Filing, *, place: Place, case_no: str, work: Work, rules: Rules) -> Case:
    person = _person(filing)
    return Case(
        id=new_id(),
        case_no=case_no,
        territory=place.territory,
        channel=filing.channel,
        kind=filing.kind,
        leaf=filing.leaf,
        urgency=filing.urgency,
        estate_id=place.estate_id,
        estate_code=place.estate_code,
        estate_known=place.known,
        org=place.org,
        mark=filing.mark or (mark_of(person) if person else None),
        anonymous=filing.anonymous,
        want_secret=filing.want_secret,
        order_no=filing.order_no,
        hotline_sign_due=filing.sign_due,
        hotline_due=filing.handle_due,
        filed_by=work.actor.person,
        received_at=filing.received_at,
        received_on=local_date(filing.received_at),
        dispatch_due_at=rules.working_days("dispatch_wd", start=work.now).at,
    )


def _person(filing: Filing) -> Person | None:
    if filing.person_name is None and filing.person_phone is None:
        return None
    return Person(name=filing.person_name, phone=filing.person_phone)


def _received(case: Case) -> ComplaintReceived:
    return ComplaintReceived(
        case_id=case.id,
        case_no=case.case_no,
        channel=case.channel.value,
        leaf=case.leaf,
        estate_id=case.estate_id,
        org=case.org,
        urgency=case.urgency.value,
        order_no=case.order_no,
        received_at=case.received_at,
    )


async def _find_master(work: Work, case: Case, *, leaf: Leaf, rules: Rules) -> UUID | None:
    """Return the open case that this one repeats, if there is one."""
    if not case.estate_known or case.mark is None:
        return None
    since = case.received_at - timedelta(days=rules.integer("repeat.days"))
    earlier = [candidate for candidate, _ in await earlier_cases(work, case=case, since=since)]
    master = master_among(earlier, leaf=case.leaf, mark=case.mark, dangerous=leaf.danger is not Danger.NONE)
    return master.case_id if master else None
