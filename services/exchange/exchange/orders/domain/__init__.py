"""A 12345 order: its words, its progress, and what may become of it."""

from exchange.orders.domain.order import (
    Attachment,
    Callback,
    Caller,
    Draft,
    Extension,
    Order,
    Progress,
    Statement,
)
from exchange.orders.domain.refusals import (
    EstateCodeWrong,
    LiesTooWide,
    OrderGoesBack,
    OrderNotFound,
    OrderNumberTaken,
    OrderReceivedInFuture,
    OrderTextDiffers,
)
from exchange.orders.domain.states import FOLLOWS, Kind, Result, Status, Urgency

__all__ = [
    "FOLLOWS",
    "Attachment",
    "Callback",
    "Caller",
    "Draft",
    "EstateCodeWrong",
    "Extension",
    "Kind",
    "LiesTooWide",
    "Order",
    "OrderGoesBack",
    "OrderNotFound",
    "OrderNumberTaken",
    "OrderReceivedInFuture",
    "OrderTextDiffers",
    "Progress",
    "Result",
    "Statement",
    "Status",
    "Urgency",
]
