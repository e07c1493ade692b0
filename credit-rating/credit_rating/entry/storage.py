"""Check sheets in the database: written once, whatever they say."""

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from sqlalchemy import bindparam, insert, select

from credit_rating.companies.storage import near
from credit_rating.entry.domain import Application, Finding, Purpose, Result
from credit_rating.tables import entry_sheets
from shared.kernel import TerritoryCode
from shared.storage import Query, Row, Work

__all__ = ["GET", "Sheet", "add_sheet", "sheet_of"]

GET: Final = Query(
    select(entry_sheets).where(entry_sheets.c.id == bindparam("id"), near(entry_sheets.c.territory))
)
_ADD: Final = Query(insert(entry_sheets))


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What was checked, for what purpose, by whom, and everything that was found."""

    id: UUID
    purpose: Purpose
    org: str
    company_name: str
    territory: TerritoryCode
    result: Result
    application: Application | None
    findings: list[Finding]
    checked_at: datetime
    checked_by: str


async def add_sheet(work: Work, sheet: Sheet) -> None:
    """Keep a sheet; no row of it ever changes."""
    await work.execute(_ADD, **asdict(sheet) | {"application": _json(sheet.application)})


def sheet_of(row: Row) -> Sheet:
    """Return the sheet a row holds."""
    application = row["application"]
    return Sheet(
        **dict(row)
        | {
            "application": Application(**application) if application else None,
            "findings": [Finding(**finding) for finding in row["findings"]],
        }
    )


def _json(application: Application | None) -> dict[str, object]:
    return {} if application is None else asdict(application)
