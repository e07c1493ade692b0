"""The shape of every published fact, kept beside the code as JSON Schema, and the changes it admits."""

from shared.contracts.schemas.comparison import incompatible
from shared.contracts.schemas.events_page import events_page
from shared.contracts.schemas.snapshots import FOLDER, Findings, inspect, snapshot, stored, write

__all__ = ["FOLDER", "Findings", "events_page", "incompatible", "inspect", "snapshot", "stored", "write"]
