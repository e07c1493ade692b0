"""What is told: the course of complaints, four facts each, recorded as the product records them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from shared.contracts import Event
from shared.contracts.dispute_mediation import (
    CallbackCompleted,
    ComplaintAccepted,
    ComplaintReceived,
    ComplaintResolved,
)
from shared.kernel import Actor, new_id, system_clock
from shared.storage import Database, Occasion
from shared.tracing import new_trace

ORG = "91610703MA6YW8X13N"
ESTATES = 5_000
AT_ONCE = 250
FACTS_EACH = 4


@dataclass(frozen=True)
class Case:
    id: UUID
    number: int
    territory: str = "610703001"

    @property
    def estate(self) -> UUID:
        return UUID(int=self.number % ESTATES + 1)


def case_of(number: int) -> Case:
    return Case(new_id(), number)


def received(case: Case, at: datetime) -> ComplaintReceived:
    return ComplaintReceived(
        case_id=case.id,
        case_no=f"NZ-2026-{case.number:06d}",
        channel="hotline_12345",
        leaf="SRV-01",
        estate_id=case.estate,
        org=ORG,
        urgency="normal",
        order_no=f"D{case.number}",
        received_at=at,
    )


def course_of(case: Case, at: datetime) -> Sequence[Event]:
    return [
        received(case, at),
        ComplaintAccepted(
            case_id=case.id,
            estate_id=case.estate,
            level="town",
            host_unit="610703001:town",
            due_at=at,
            due_provisional=False,
        ),
        ComplaintResolved(
            case_id=case.id, estate_id=case.estate, result="solved", liability="company", org=ORG, days=4
        ),
        CallbackCompleted(case_id=case.id, estate_id=case.estate, reached=True, solved=True, score=4),
    ]


def occasion(at: datetime) -> Occasion:
    return Occasion(actor=Actor.system("bench"), now=at, traceparent=new_trace().traceparent)


async def tell(database: Database, cases: int) -> None:
    """Record the courses of so many cases, AT_ONCE in a transaction, step by step."""
    for start in range(0, cases, AT_ONCE):
        at = system_clock()
        told = [case_of(number) for number in range(start, min(start + AT_ONCE, cases))]
        courses = [course_of(case, at) for case in told]
        async with database.begin(occasion(at)) as work:
            for step in range(FACTS_EACH):
                for case, course in zip(told, courses, strict=True):
                    work.publish(course[step], about=case)
