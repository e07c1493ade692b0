"""Cases for screens: lists, one with all that belongs to it, its course, its person."""

from dispute_mediation.complaints.queries.course import Entry, course_of
from dispute_mediation.complaints.queries.detail import Whole, actions_for, whole_case
from dispute_mediation.complaints.queries.likeness import Proposal, propose_masters
from dispute_mediation.complaints.queries.listing import CASE_ORDERS, list_cases, list_own_cases
from dispute_mediation.complaints.queries.persons import ClearPerson, person_in_clear

__all__ = [
    "CASE_ORDERS",
    "ClearPerson",
    "Entry",
    "Proposal",
    "Whole",
    "actions_for",
    "course_of",
    "list_cases",
    "list_own_cases",
    "person_in_clear",
    "propose_masters",
    "whole_case",
]
