"""A case and what stands beside it, in the database."""

from dispute_mediation.complaints.storage.cases import (
    case_from,
    cases_waiting_for,
    find_case,
    insert_case,
    load_case,
    load_master,
    open_cases_of_estate,
    order_is_known,
    save_case,
)
from dispute_mediation.complaints.storage.course import add_step, cut_link, link
from dispute_mediation.complaints.storage.intake import (
    earlier_cases,
    file_refs,
    load_statement,
    next_serial,
    put_statement,
)
from dispute_mediation.complaints.storage.outcome import (
    insert_callback,
    insert_resolution,
    load_callbacks,
    load_resolutions,
    save_confirmation,
)

__all__ = [
    "add_step",
    "case_from",
    "cases_waiting_for",
    "cut_link",
    "earlier_cases",
    "file_refs",
    "find_case",
    "insert_callback",
    "insert_case",
    "insert_resolution",
    "link",
    "load_callbacks",
    "load_case",
    "load_master",
    "load_resolutions",
    "load_statement",
    "next_serial",
    "open_cases_of_estate",
    "order_is_known",
    "put_statement",
    "save_case",
    "save_confirmation",
]
