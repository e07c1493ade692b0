"""Facts published by exchange (domain, section 10, events 69-72)."""

from datetime import datetime
from typing import ClassVar, Literal
from uuid import UUID

from shared.contracts.dispute_mediation import Urgency
from shared.contracts.event import Event

__all__ = ["ExternalOrderImported"]


class ExternalOrderImported(Event):
    """A 12345 order arrived. Person and phone stay in exchange; the text is masked."""

    name: ClassVar[str] = "nz.exchange.ExternalOrderImported.v1"
    pii_level: ClassVar[int] = 1

    order_id: UUID
    order_no: str
    kind: Literal["consult", "help", "complaint", "report", "advice", "praise"]
    leaf: str
    title: str
    content: str
    place: str
    territory: str
    estate_code: str | None
    urgency: Urgency
    secret: bool
    caller_mark: str | None
    received_at: datetime
    sign_due: datetime | None
    handle_due: datetime | None
