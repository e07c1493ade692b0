"""Lists as tests read them: all rows at once, in the list's own order."""

from shared.storage import Listing, Row, Work

__all__ = ["rows_of"]

LIMIT = 1_000


async def rows_of(work: Work, listing: Listing, *, filters: dict[str, object], **values: object) -> list[Row]:
    """Return the rows of a list that pass some filters, the first thousand."""
    query = listing.query(listing.orders.default, filters=filters)
    return await work.fetch_all(query, limit=LIMIT, **listing.values(filters), **values)
