"""What can be done with credit items, by people and by facts of other contexts.

Whoever changes a company's items holds the company until the transaction ends, and scores it anew in it.
"""

from credit_rating.items.commands.facts import Fact, apply_waiting_facts, record_fact
from credit_rating.items.commands.people import Draft, confirm_item, record_item, revoke_item
from credit_rating.items.commands.review import review_company

__all__ = [
    "Draft",
    "Fact",
    "apply_waiting_facts",
    "confirm_item",
    "record_fact",
    "record_item",
    "review_company",
    "revoke_item",
]
