"""Everything exchange listens to: each fact of the catalogue goes into the feed, and nothing else happens."""

from typing import Final

from exchange.catalogue import SHARED
from exchange.feed.storage import append
from shared.messaging import Subscriptions

__all__ = ["SUBSCRIPTIONS"]

SUBSCRIPTIONS: Final[Subscriptions] = dict.fromkeys(SHARED.values(), append)
