"""The reference data of credit-rating: its rules and the shipped schemes."""

from credit_rating.schemes.commands import seed_schemes
from shared.rules import seed_rules
from shared.storage import Work

__all__ = ["seed"]


async def seed(work: Work) -> None:
    """Put rules and schemes in place; repeating it changes nothing."""
    await seed_rules(work, package="credit_rating")
    await seed_schemes(work)
