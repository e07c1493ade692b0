"""Lists as tests read them: all rows at once, in the list's own order."""

from shared.storage import Listing, Row, Work

__all__ = ["rows_of"]

LIMIT = 1_000


async def rows_of(work: Work, listing: Listing, *, filters: dict[str, object], **values: object) -> list[Row]:
    """Return the rows of a list that pass some filters, the first thousand."""
    asked = listing.values(filters)
    order = listing.orders.default
    lead = listing.lead(order, scope=work.scope, values=asked)
    query = listing.query(order, filters=filters, lead=lead)
    return await work.fetch_all(query, limit=LIMIT, **asked, **values)
