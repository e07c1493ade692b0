"""The rules of a case: its life, its repeats, its outcome."""

from dispute_mediation.complaints.domain.case import Case
from dispute_mediation.complaints.domain.clock import Clock
from dispute_mediation.complaints.domain.filing import (
    Channel,
    FileRef,
    Filing,
    Kind,
    Urgency,
    case_number,
)
from dispute_mediation.complaints.domain.outcome import (
    Callback,
    Degree,
    Liability,
    Resolution,
    Result,
    Verdict,
    callback_is_drawn,
    evidence_hash,
    find_liability,
)
from dispute_mediation.complaints.domain.record import is_late
from dispute_mediation.complaints.domain.refusals import (
    CaseNotFound,
    PersonKeptSecret,
    PersonNotYours,
    PersonUnknown,
    ReceivedInFuture,
)
from dispute_mediation.complaints.domain.repeats import Candidate, Likeness, likeness_of, master_among
from dispute_mediation.complaints.domain.states import ENDED, LIFECYCLE, OPEN, State, Step

__all__ = [
    "ENDED",
    "LIFECYCLE",
    "OPEN",
    "Callback",
    "Candidate",
    "Case",
    "CaseNotFound",
    "Channel",
    "Clock",
    "Degree",
    "FileRef",
    "Filing",
    "Kind",
    "Liability",
    "Likeness",
    "PersonKeptSecret",
    "PersonNotYours",
    "PersonUnknown",
    "ReceivedInFuture",
    "Resolution",
    "Result",
    "State",
    "Step",
    "Urgency",
    "Verdict",
    "callback_is_drawn",
    "case_number",
    "evidence_hash",
    "find_liability",
    "is_late",
    "likeness_of",
    "master_among",
]
