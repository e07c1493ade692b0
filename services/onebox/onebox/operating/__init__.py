"""The operator's commands: the way of an event through the services, and parked events."""

from onebox.operating.terminal import events, parked
from onebox.operating.trace import EventUnknown

__all__ = ["EventUnknown", "events", "parked"]
