"""The shape of every published fact, kept beside the code as JSON Schema, and the changes it admits."""

from shared.contracts.schemas.comparison import Schema, incompatible
from shared.contracts.schemas.consumers import CONSUMERS_FILE, Consumers, consumers_text, kept_consumers
from shared.contracts.schemas.events_page import events_page
from shared.contracts.schemas.snapshots import (
    FOLDER,
    Breach,
    Catalogue,
    Findings,
    inspect,
    snapshot,
    stored,
    write,
)

__all__ = [
    "CONSUMERS_FILE",
    "FOLDER",
    "Breach",
    "Catalogue",
    "Consumers",
    "Findings",
    "Schema",
    "consumers_text",
    "events_page",
    "incompatible",
    "inspect",
    "kept_consumers",
    "snapshot",
    "stored",
    "write",
]
