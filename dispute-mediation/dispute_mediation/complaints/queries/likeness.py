"""Earlier cases that a case may repeat, for the person who decides (MD-16)."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from dispute_mediation.clocks.rules import rules_for
from dispute_mediation.complaints.domain import Candidate, Case, Likeness, likeness_of
from dispute_mediation.complaints.storage import earlier_cases, load_case, load_statement
from shared.storage import Work

__all__ = ["Proposal", "propose_masters"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A case that this one may repeat, and why."""

    case_id: UUID
    same_person: bool
    same_leaf: bool
    likeness_percent: int
    open: bool

    @property
    def is_exact(self) -> bool:
        """Say whether it is the same person about the same kind of matter."""
        return self.same_person and self.same_leaf


async def propose_masters(work: Work, case_id: UUID) -> list[Proposal]:
    """Return the cases of the estate within the window that share person and leaf, or the words."""
    case = await load_case(work, case_id)
    statement = await load_statement(work, case_id=case_id)
    if statement is None or not case.estate_known:
        return []
    rules = await rules_for(work, case.territory)
    least = rules.fraction("repeat.similarity")
    since = case.received_at - timedelta(days=rules.integer("repeat.days"))
    proposals = [
        (_proposal(case, candidate, likeness=likeness), likeness)
        for candidate, text in await earlier_cases(work, case=case, since=since)
        for likeness in [likeness_of(statement["text"], text)]
    ]
    return [one for one, likeness in proposals if likeness.reaches(least) or one.is_exact]


def _proposal(case: Case, candidate: Candidate, *, likeness: Likeness) -> Proposal:
    return Proposal(
        case_id=candidate.case_id,
        same_person=case.mark is not None and candidate.mark == case.mark,
        same_leaf=candidate.leaf == case.leaf,
        likeness_percent=likeness.percent,
        open=candidate.open,
    )
