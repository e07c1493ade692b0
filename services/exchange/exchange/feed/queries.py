"""One page of the feed for one department."""

from collections.abc import Sequence
from dataclasses import dataclass

from exchange.departments.domain import FeedNotGranted, Grant
from exchange.departments.storage import grant_of_caller
from exchange.feed.domain import CursorAheadOfFeed, Entry
from exchange.feed.storage import entries_after, head
from shared.storage import Work

__all__ = ["FeedPage", "read_feed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedPage:
    """The entries after a position, the grant they were given by, and the position to go on after."""

    entries: Sequence[Entry]
    grant: Grant
    reached: int


async def read_feed(work: Work, *, after: int, limit: int) -> FeedPage:
    """Return what was granted to the calling department after a position, at most `limit` entries.

    The end of the feed is read first: what is committed meanwhile lies beyond it and comes with the next
    page. A page that is not full has come to that end. Raises FeedNotGranted and CursorAheadOfFeed.
    """
    grant = await grant_of_caller(work)
    if grant is None or not grant.receives:
        raise FeedNotGranted
    until = await head(work)
    if after > until:
        raise CursorAheadOfFeed
    entries = await entries_after(work, after=after, until=until, grant_id=grant.id, limit=limit)
    reached = entries[-1].position if len(entries) == limit else until
    return FeedPage(entries=entries, grant=grant, reached=reached)
