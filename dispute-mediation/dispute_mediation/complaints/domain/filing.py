"""What a person brings when they complain (MD-02), and what a case is at first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from shared.kernel import TerritoryCode

__all__ = ["Channel", "FileRef", "Filing", "Kind", "Urgency", "case_number"]


class Channel(StrEnum):
    """The nine ways in (MD-01)."""

    HOTLINE = "hotline_12345"
    CITY_PLATFORM = "city_platform"
    COMMUNITY_WINDOW = "community_window"
    MOBILE_APP = "mobile_app"
    GRID_WORKER = "grid_worker"
    PETITION_OFFICE = "petition_office"
    MEDIA_OR_LEADER = "media_or_leader"
    COURT_TRANSFER = "court_transfer"
    INSPECTION = "inspection"


class Urgency(StrEnum):
    """How pressing it is; `extra` with danger to life is an emergency (MD-06)."""

    NORMAL = "normal"
    URGENT = "urgent"
    EXTRA = "extra"


class Kind(StrEnum):
    """What the person wants, in the words of the 12345 order (9.4)."""

    CONSULT = "consult"
    HELP = "help"
    COMPLAINT = "complaint"
    REPORT = "report"
    ADVICE = "advice"
    PRAISE = "praise"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileRef:
    """A file kept elsewhere, by its name and the hexadecimal SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Filing:
    """A grievance as it is brought in. `mark` is a blind mark of the caller that the hotline gave.

    `sign_due` and `handle_due` are the hotline's own limits, where it set any.
    """

    channel: Channel
    kind: Kind
    leaf: str
    urgency: Urgency
    text: str
    wish: str | None = None
    building: str | None = None
    place_text: str | None = None
    files: Sequence[FileRef] = ()
    estate_id: UUID | None = None
    estate_code: str | None = None
    territory: TerritoryCode | None = None
    person_name: str | None = None
    person_phone: str | None = None
    mark: str | None = None
    anonymous: bool = False
    want_secret: bool = False
    order_no: str | None = None
    sign_due: datetime | None = None
    handle_due: datetime | None = None
    received_at: datetime


def case_number(*, territory: TerritoryCode, year: int, serial: int) -> str:
    """Return a case's number: the town (or district), the year, and its serial there from 1."""
    return f"{territory[:9]}-{year}-{serial:05d}"
