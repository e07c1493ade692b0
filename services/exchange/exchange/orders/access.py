"""By what right orders are sent and read: a department by its grant, the liaison by office."""

from dataclasses import dataclass
from uuid import UUID

from exchange.departments.domain import OrdersNotGranted, Resource
from exchange.departments.storage import grant_of_caller
from shared.contracts.exchange import ExternalOrderImported
from shared.identity import Role
from shared.kernel import local_date
from shared.rules import rule_book
from shared.storage import Work

__all__ = ["Grounds", "grounds_for_orders"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Grounds:
    """Purpose and legal basis (N-08), and the department and grant they come from, if any.

    A `party` has its own orders alone. `withheld` says that its grant shows no words of an order, as in the
    feed, where the fact of an order is above the grant's level of personal data.
    """

    purpose: str
    legal_basis: str
    party: str | None = None
    grant_id: UUID | None = None
    withheld: bool = False


async def grounds_for_orders(work: Work) -> Grounds:
    """Return by what right the acting person handles orders; raise OrdersNotGranted."""
    if work.actor.role != Role.DEPARTMENT_SYSTEM:
        return await _grounds_of_office(work)
    grant = await grant_of_caller(work)
    if grant is None or Resource.ORDERS not in grant.sends:
        raise OrdersNotGranted
    return Grounds(
        purpose=grant.purpose,
        legal_basis=grant.legal_basis,
        party=work.actor.unit,
        grant_id=grant.id,
        withheld=grant.pii_level < ExternalOrderImported.pii_level,
    )


async def _grounds_of_office(work: Work) -> Grounds:
    book, territory, today = await rule_book(work), work.scope.prefix, local_date(work.now)
    return Grounds(
        purpose=book.text("ex.orders.purpose", territory=territory, on=today),
        legal_basis=book.text("ex.orders.legal_basis", territory=territory, on=today),
    )
