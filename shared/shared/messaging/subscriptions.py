"""What a service listens to, and what it does then: the type of every `SUBSCRIPTIONS` table."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from shared.contracts import Event
from shared.storage import Work

__all__ = ["Reaction", "Subscriptions"]

# Each reaction takes its own kind of event; a mapping cannot say that the value fits its key.
Reaction = Callable[[Work, Any], Awaitable[None]]
Subscriptions = Mapping[type[Event], Reaction]
