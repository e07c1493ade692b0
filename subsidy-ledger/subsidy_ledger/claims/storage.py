"""Claims as rows, their steps, their measurements, and the months they hold."""

from dataclasses import dataclass
from typing import Final
from uuid import UUID

from sqlalchemy import ColumnElement, Text, bindparam, delete, insert, or_, select, update
from sqlalchemy.dialects.postgresql import insert as upsert

from shared.identity import Role
from shared.kernel import Actor, Deadline, Period
from shared.privacy import SealedColumn
from shared.storage import Query, Row, Work, everywhere, in_scope
from subsidy_ledger.claims.domain import Claim, Duty, Form, Status
from subsidy_ledger.claims.domain.refusals import ClaimNotFound
from subsidy_ledger.tables import (
    LONGEST_LIST,
    claim_assessments,
    claim_serial,
    claim_steps,
    claims,
    funded_periods,
)

__all__ = [
    "ACCOUNT",
    "SEALED",
    "Case",
    "claim_of",
    "free_months",
    "hold_months",
    "holder_of_months",
    "insert_assessment",
    "insert_claim",
    "insert_step",
    "load_case",
    "next_serial",
    "own_org",
    "own_rows",
    "save_claim",
]

_rows = claims.c
ACCOUNT: Final = SealedColumn(
    column=_rows.bank_account, key=_rows.id, place="claims.bank_account", of_row=False
)
SEALED: Final = (ACCOUNT,)
_steps = claim_steps.c
_held = funded_periods.c
# The roles that act for one company and see its claims alone.
_COMPANY_ROLES: Final = frozenset({Role.PROJECT_MANAGER, Role.COMPANY_OFFICE})
_PLAIN: Final = (
    "id", "claim_no", "territory", "estimated_fen", "amount_fen", "coefficient_hundredths", "budget_id",
    "control_no", "approval_no", "meeting_no", "publicity_over_on", "publicity_ended_on", "version",
)  # fmt: skip
_FORM: Final = ("programme", "purpose", "estate_id", "payee", "common_income_fen", "account_holder")


def own_rows() -> ColumnElement[bool]:
    """Return the predicate that shows a company's people their own claims, and others all."""
    own = bindparam("own_org", type_=Text)
    return or_(own.is_(None), _rows.payee == own)


def own_org(actor: Actor) -> str | None:
    """Return the company whose claims alone the actor may see; None for everybody else."""
    return (actor.org or "") if actor.role in _COMPANY_ROLES else None


_LOAD: Final = Query(select(claims).where(_rows.id == bindparam("id"), in_scope(_rows.territory), own_rows()))
_ACTED: Final = Query(
    select(_steps.person, _steps.on_behalf_of, _steps.duty)
    .where(_steps.claim_id == bindparam("claim_id"))
    .order_by(_steps.number)
    .limit(LONGEST_LIST)
)
_SERIAL: Final = Query(select(claim_serial.next_value().label("serial")))
_INSERT: Final = Query(insert(claims))
_KEPT: Final = {"id", "claim_no", "territory", "opened_at", "programme", "purpose", "estate_id", "payee"}
_SAVE: Final = Query(
    update(claims)
    .where(
        _rows.id == bindparam("claim_id"),
        _rows.version == bindparam("old_version"),
        in_scope(_rows.territory),
    )
    .values({column.name: bindparam(f"new_{column.name}") for column in claims.c if column.name not in _KEPT})
)
_INSERT_STEP: Final = Query(upsert(claim_steps).on_conflict_do_nothing())
_INSERT_ASSESSMENT: Final = Query(insert(claim_assessments))
_HOLD: Final = Query(upsert(funded_periods).on_conflict_do_nothing())
_FREE: Final = Query(delete(funded_periods).where(_held.claim_id == bindparam("claim_id")))
_HOLDER: Final = everywhere(
    select(_rows.claim_no)
    .join_from(funded_periods, claims, _held.claim_id == _rows.id)
    .where(
        _held.estate_id == bindparam("estate_id"),
        _held.purpose == bindparam("purpose"),
        _held.starts_on < bindparam("ends_on"),
        _held.ends_on > bindparam("starts_on"),
    )
    .order_by(_held.starts_on)
    .limit(1),
    reason="An estate's months are funded once, whoever may see the other claim; only its number is told.",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A claim with who has had which duty in it, and how many steps it has seen."""

    claim: Claim
    acted: dict[str, Duty]
    steps: int


def claim_of(row: Row) -> Claim:
    """Read a row."""
    form = Form(
        period=Period(row["starts_on"], row["ends_on"]),
        account_sealed=row["bank_account"],
        account_shown=row["bank_account_shown"],
        **{name: row[name] for name in _FORM},
    )
    due = None if row["due_on"] is None else Deadline(row["due_on"], row["due_provisional"])
    return Claim(form=form, status=Status(row["status"]), due=due, **{name: row[name] for name in _PLAIN})


def _values(claim: Claim) -> dict[str, object]:
    form = claim.form
    return {
        **{name: getattr(claim, name) for name in _PLAIN},
        **{name: getattr(form, name) for name in _FORM},
        "starts_on": form.period.start,
        "ends_on": form.end,
        "bank_account": form.account_sealed,
        "bank_account_shown": form.account_shown,
        "status": claim.status.value,
        "due_on": claim.due.day if claim.due else None,
        "due_provisional": bool(claim.due and claim.due.provisional),
    }


async def load_case(work: Work, *, claim_id: UUID) -> Case:
    """Return a claim and who acted in it; raise ClaimNotFound."""
    row = await work.load(_LOAD, missing=ClaimNotFound, id=claim_id, own_org=own_org(work.actor))
    steps = await work.fetch_all(_ACTED, claim_id=claim_id)
    acted = {
        person: Duty(step["duty"])
        for step in steps
        for person in (step["on_behalf_of"], step["person"])
        if person is not None
    }
    return Case(claim=claim_of(row), acted=acted, steps=len(steps))


async def next_serial(work: Work) -> int:
    """Return the next number of a claim; numbers may have gaps."""
    row = await work.fetch_one(_SERIAL)
    return 0 if row is None else row["serial"]


async def insert_claim(work: Work, claim: Claim) -> None:
    """Insert a claim; the caller has asked for its territory."""
    await work.execute(_INSERT, **_values(claim), opened_at=work.now)


async def save_claim(work: Work, claim: Claim) -> None:
    """Save the next version of a claim; raise ChangedMeanwhile."""
    changing = {f"new_{name}": value for name, value in _values(claim).items() if name not in _KEPT}
    await work.save(_SAVE, claim_id=claim.id, old_version=claim.version - 1, **changing)


async def insert_step(
    work: Work, claim: Claim, *, number: int, duty: Duty, outcome: str, opinion: str
) -> bool:
    """Record what the acting person did; say whether the database let them: one duty a person."""
    actor = work.actor
    inserted = await work.execute(
        _INSERT_STEP,
        claim_id=claim.id,
        number=number,
        duty=duty.value,
        outcome=outcome,
        person=actor.person,
        role=actor.role,
        unit=actor.unit,
        on_behalf_of=actor.on_behalf_of,
        opinion=opinion,
        amount_fen=claim.payable_fen or None,
        at=work.now,
    )
    return bool(inserted)


async def insert_assessment(work: Work, **values: object) -> None:
    """Keep what the second review measured: one value for each column."""
    await work.execute(_INSERT_ASSESSMENT, **values)


async def hold_months(work: Work, claim: Claim) -> bool:
    """Hold the months of a claim; say whether no other claim of the same purpose has one of them."""
    form = claim.form
    held = await work.execute(
        _HOLD,
        claim_id=claim.id,
        estate_id=form.estate_id,
        purpose=form.purpose,
        starts_on=form.period.start,
        ends_on=form.end,
    )
    return bool(held)


async def free_months(work: Work, claim: Claim) -> None:
    """Let go of the months of a claim."""
    await work.execute(_FREE, claim_id=claim.id)


async def holder_of_months(work: Work, form: Form) -> str:
    """Return the number of the claim that holds the months."""
    row = await work.fetch_one(
        _HOLDER,
        estate_id=form.estate_id,
        purpose=form.purpose,
        starts_on=form.period.start,
        ends_on=form.end,
    )
    return "-" if row is None else row["claim_no"]
