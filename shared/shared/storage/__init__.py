"""State, journal and outbox in one transaction: pool, compiled statements, unit of work, migrations."""

from shared.storage.administration import administrator, make_database
from shared.storage.database import Database, json_text
from shared.storage.facts import Aggregate, Fact
from shared.storage.faults import (
    CONTENDED,
    DATABASE_AWAY,
    AlreadyThere,
    ChangedMeanwhile,
    OutcomeUnknown,
    Overlapping,
    RuleBroken,
    connection_lost,
)
from shared.storage.listing import LISTINGS, Listing, Order, Orders, OrderUnusable
from shared.storage.migrations import Schema, downgrade, migrate, prepare_cluster, unmigrated_changes
from shared.storage.narrowing import (
    DISTRICT,
    TOWN,
    Narrowing,
    equal,
    holding_on,
    led_index,
    since,
    standing,
    until,
    within,
)
from shared.storage.occasion import Cause, Occasion
from shared.storage.query import COMPILED, EVERYWHERE, ListUnfolded, Query, everywhere
from shared.storage.readers import (
    READERS,
    Reader,
    ReaderNameUnusable,
    ReaderNotOurs,
    ReaderTerritoryUnusable,
    add_reader,
    guard,
    list_readers,
    readable,
    remove_reader,
)
from shared.storage.recording import MAX_FACT_BYTES, FactTooLarge, record_facts
from shared.storage.rowset import columns_of, insert_rows
from shared.storage.scope import ScopeForgotten, around_scope, in_scope, open_data, task_link
from shared.storage.tables import HOUSE_TABLES, new_metadata, territory_column
from shared.storage.upkeep import tidy
from shared.storage.work import (
    OutsideTerritory,
    PreconditionFailed,
    Row,
    Work,
)

__all__ = [
    "COMPILED",
    "CONTENDED",
    "DATABASE_AWAY",
    "DISTRICT",
    "EVERYWHERE",
    "HOUSE_TABLES",
    "LISTINGS",
    "MAX_FACT_BYTES",
    "READERS",
    "TOWN",
    "Aggregate",
    "AlreadyThere",
    "Cause",
    "ChangedMeanwhile",
    "Database",
    "Fact",
    "FactTooLarge",
    "ListUnfolded",
    "Listing",
    "Narrowing",
    "Occasion",
    "Order",
    "OrderUnusable",
    "Orders",
    "OutcomeUnknown",
    "OutsideTerritory",
    "Overlapping",
    "PreconditionFailed",
    "Query",
    "Reader",
    "ReaderNameUnusable",
    "ReaderNotOurs",
    "ReaderTerritoryUnusable",
    "Row",
    "RuleBroken",
    "Schema",
    "ScopeForgotten",
    "Work",
    "add_reader",
    "administrator",
    "around_scope",
    "columns_of",
    "connection_lost",
    "downgrade",
    "equal",
    "everywhere",
    "guard",
    "holding_on",
    "in_scope",
    "insert_rows",
    "json_text",
    "led_index",
    "list_readers",
    "make_database",
    "migrate",
    "new_metadata",
    "open_data",
    "prepare_cluster",
    "readable",
    "record_facts",
    "remove_reader",
    "since",
    "standing",
    "task_link",
    "territory_column",
    "tidy",
    "unmigrated_changes",
    "until",
    "within",
]
