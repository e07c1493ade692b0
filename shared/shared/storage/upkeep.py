"""What a service's tables need from time to time: partitions for the coming months, old answers removed."""

from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy import bindparam, delete, func, select
from sqlalchemy.types import Date

from shared.kernel import Actor
from shared.storage.database import Database
from shared.storage.occasion import Occasion
from shared.storage.query import Query
from shared.storage.tables import HOUSE_TABLES

__all__ = ["ANSWERS_KEPT", "tidy"]

# How long an answer can be asked for again by its Idempotency-Key.
ANSWERS_KEPT: Final = timedelta(days=7)
MONTHS_AHEAD: Final = 2

_answers = HOUSE_TABLES["idempotency"]
_MAKE_PARTITION: Final = Query(select(func.make_journal_partition(bindparam("month", type_=Date))))
_FORGET_ANSWERS: Final = Query(delete(_answers).where(_answers.c.answered_at < bindparam("before")))


async def tidy(database: Database, *, now: datetime) -> None:
    """Make this month's and the coming months' journal partitions; forget answers that are too old."""
    occasion = Occasion(actor=Actor.system(f"{database.schema}.upkeep"), now=now)
    async with database.read(occasion) as work:
        for ahead in range(MONTHS_AHEAD + 1):
            await work.fetch_one(_MAKE_PARTITION, month=_month(now.date(), ahead))
        await work.execute(_FORGET_ANSWERS, before=now - ANSWERS_KEPT)


def _month(day: date, ahead: int) -> date:
    years, month = divmod(day.month - 1 + ahead, 12)
    return date(day.year + years, month + 1, 1)
