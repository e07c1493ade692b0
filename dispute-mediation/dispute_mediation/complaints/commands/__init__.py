"""Everything that can be done with a case: one function each."""

from dispute_mediation.complaints.commands.clocks import TASKS
from dispute_mediation.complaints.commands.deciding import (
    accept_complaint,
    assign_complaint,
    extend_term,
    reject_complaint,
)
from dispute_mediation.complaints.commands.filing import file_complaint
from dispute_mediation.complaints.commands.handling import (
    report_progress,
    return_complaint,
    sign_complaint,
)
from dispute_mediation.complaints.commands.linking import link_cases, rename_operators
from dispute_mediation.complaints.commands.meeting_steps import call_to_meeting, resume_cases
from dispute_mediation.complaints.commands.outcome import (
    close_complaint,
    confirm_liability,
    record_callback,
    reopen_complaint,
    resolve_complaint,
)
from dispute_mediation.complaints.commands.repeats import merge_repeat

__all__ = [
    "TASKS",
    "accept_complaint",
    "assign_complaint",
    "call_to_meeting",
    "close_complaint",
    "confirm_liability",
    "extend_term",
    "file_complaint",
    "link_cases",
    "merge_repeat",
    "record_callback",
    "reject_complaint",
    "rename_operators",
    "reopen_complaint",
    "report_progress",
    "resolve_complaint",
    "resume_cases",
    "return_complaint",
    "sign_complaint",
]
