"""What the message processes of a service say of themselves: kept for an hour in the service's own schema.

The relay, the consumer and the sealers count in their process alone; a request is answered by another one.
"""

import asyncio
import os
import socket
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

from sqlalchemy import bindparam, delete, insert, select

from shared.kernel import Actor, Clock
from shared.logging import get_logger
from shared.observing.catalogue import Figure
from shared.observing.exposition import Source
from shared.observing.standing.history import History, Report
from shared.storage import DATABASE_AWAY, HOUSE_TABLES, Database, Occasion, Query, Work

__all__ = ["REPORT_SECONDS", "Reporter", "read_history"]

REPORT_SECONDS: Final = 10.0
# The longest that an alarm looks back is an hour, from a moment that may itself be some minutes ago.
KEPT: Final = timedelta(minutes=75)

_log = get_logger(__name__)
_reports = HOUSE_TABLES["work_reports"]
_PUT: Final = Query(insert(_reports))
_FORGET: Final = Query(delete(_reports).where(_reports.c.at < bindparam("before")))
_READ: Final = Query(select(_reports).where(_reports.c.at > bindparam("after")).order_by(_reports.c.at))


@dataclass(frozen=True, kw_only=True)
class Reporter:
    """Writes down what a message process tells Prometheus, every ten seconds."""

    database: Database
    source: Source
    clock: Clock
    worker: str = field(default_factory=lambda: f"{socket.gethostname()}:{os.getpid()}")

    async def run(self) -> None:
        """Report until cancelled. While the database is away there is nowhere to report to."""
        while True:
            try:
                await self.report()
            except DATABASE_AWAY as fault:
                _log.warning("the standing is not reported", error=type(fault).__name__)
            await asyncio.sleep(REPORT_SECONDS)

    async def report(self) -> None:
        """Write one report, and forget those that nobody asks for any more."""
        figures = [[each.name, each.labels, each.value] for each in await self.source()]
        occasion = Occasion(actor=Actor.system(f"{self.database.schema}.reporter"), now=self.clock())
        async with self.database.begin(occasion) as work:
            await work.execute(_PUT, at=work.now, worker=self.worker, figures=figures)
            await work.execute(_FORGET, before=work.now - KEPT)


async def read_history(work: Work, *, live: Sequence[Figure]) -> History:
    """Read the reports of the last hour; `live` are figures of this very moment."""
    rows = await work.fetch_all(_READ, after=work.now - KEPT)
    reports = [
        Report(
            worker=row["worker"],
            at=row["at"],
            figures={(name, tuple(labels)): value for name, labels, value in row["figures"]},
        )
        for row in rows
    ]
    return History(reports, now=work.now, live=live)
