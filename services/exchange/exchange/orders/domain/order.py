"""A 12345 order (domain, 9.4): what the caller said never changes, how far it has come moves on.

An order is known by its number. The same content again changes nothing; another text under the same number
is refused by name; status, terms, units and reply may move on, and what is left out stays as it was.
"""

from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import Final, Self
from uuid import UUID

from exchange.orders.domain.refusals import (
    EstateCodeWrong,
    LiesTooWide,
    OrderGoesBack,
    OrderReceivedInFuture,
    OrderTextDiffers,
)
from exchange.orders.domain.states import FOLLOWS, Kind, Result, Status, Urgency
from shared.kernel import TerritoryCode, is_estate_code

__all__ = ["Attachment", "Callback", "Caller", "Draft", "Extension", "Order", "Progress", "Statement"]

DISTRICT_DIGITS: Final = 6
TOWN_DIGITS: Final = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who called, in the clear: only ever on the way into or out of the seal."""

    name: str | None = None
    phone: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file the hotline keeps, by its name and the hexadecimal SHA-256 of its bytes."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Extension:
    """More time: why, by whose leave, until when."""

    reason: str
    approver: str
    new_due: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Callback:
    """What the caller said when asked."""

    at: datetime
    contacted: bool
    solved: bool | None = None
    satisfied: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What the caller said and the hotline wrote down, by the names of the exchange standard.

    `geo` is longitude and latitude in 0.000001 degrees; `caller` is None where nobody is named.
    """

    source_channel: str
    received_at: datetime
    caller: Caller | None
    secret_flag: bool
    type: Kind
    category_code: str
    title: str
    content: str
    place_text: str
    territory_code: TerritoryCode
    estate_code: str | None
    geo: tuple[int, int] | None
    urgency: Urgency
    attachments: tuple[Attachment, ...]
    repeat_of: str | None

    def differing(self, given: Self) -> list[str]:
        """Return the names of the fields that another statement has otherwise."""
        names = [each.name for each in fields(self)]
        return [name for name in names if getattr(self, name) != getattr(given, name)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far the order has come. What is None or empty was not stated."""

    status: Status
    dispatch_at: datetime | None = None
    sign_due: datetime | None = None
    handle_due: datetime | None = None
    host_unit: str | None = None
    assist_units: tuple[str, ...] = ()
    return_count: int | None = None
    extension: Extension | None = None
    reply_text: str | None = None
    replied_at: datetime | None = None
    result: Result | None = None
    callback: Callback | None = None

    def followed_by(self, given: Self) -> Self:
        """Return the progress with everything that is stated anew."""
        names = [each.name for each in fields(given)]
        stated = {name: getattr(given, name) for name in names if getattr(given, name) not in {None, ()}}
        return replace(self, **stated)

    def precedes(self, given: Self) -> bool:
        """Say whether what is given can come after this."""
        returned_less = (given.return_count or self.return_count or 0) < (self.return_count or 0)
        moves = given.status is self.status or given.status in FOLLOWS[self.status]
        return moves and not returned_less


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """An order as a line of a batch brings it, not yet compared with what is on record."""

    order_no: str
    statement: Statement
    progress: Progress

    def require_admissible(self, now: datetime) -> None:
        """Refuse what cannot be; raise OrderReceivedInFuture, LiesTooWide, EstateCodeWrong."""
        statement = self.statement
        if statement.received_at > now:
            raise OrderReceivedInFuture(order_no=self.order_no, received_at=statement.received_at.isoformat())
        if len(statement.territory_code) < DISTRICT_DIGITS:
            raise LiesTooWide(order_no=self.order_no, territory=statement.territory_code)
        if not _fits(statement.estate_code, statement.territory_code):
            raise EstateCodeWrong(order_no=self.order_no, estate_code=statement.estate_code)


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """An order on record. `leaf` is our category of it, `caller_mark` the blind mark of its caller.

    `party` is the unit that handed it over: a department, or the liaison's.
    """

    id: UUID
    order_no: str
    statement: Statement
    progress: Progress
    leaf: str
    caller_mark: str | None
    imported_at: datetime
    imported_by: str
    party: str | None
    version: int = 1

    @property
    def territory(self) -> TerritoryCode:
        """Return where the order lies."""
        return self.statement.territory_code

    @property
    def is_history(self) -> bool:
        """Say whether the hotline had closed it already: nothing is left to be done."""
        return self.progress.status is Status.CLOSED

    def followed_by(self, draft: Draft) -> Self:
        """Return the order after what a line says; itself when that is nothing new.

        Raises OrderTextDiffers and OrderGoesBack.
        """
        differing = self.statement.differing(draft.statement)
        if differing:
            raise OrderTextDiffers(order_no=self.order_no, fields=", ".join(differing))
        return self._moved_on(draft.progress)

    def _moved_on(self, given: Progress) -> Self:
        if not self.progress.precedes(given):
            raise OrderGoesBack(
                order_no=self.order_no, current=self.progress.status.value, given=given.status.value
            )
        progress = self.progress.followed_by(given)
        return (
            self if progress == self.progress else replace(self, progress=progress, version=self.version + 1)
        )


def _fits(estate_code: str | None, territory: TerritoryCode) -> bool:
    """Say whether an estate code, if given, is right and its town is not another than the order's."""
    if estate_code is None:
        return True
    town = estate_code[:TOWN_DIGITS]
    return is_estate_code(estate_code) and (territory.startswith(town) or town.startswith(territory))
