"""What the platform is told of an order: the matter, masked; never the person."""

from exchange.orders.domain import Order
from shared.contracts.exchange import ExternalOrderImported
from shared.kernel import mask_address, mask_free_text

__all__ = ["masked_place", "order_imported"]


def order_imported(order: Order) -> ExternalOrderImported:
    """Return the fact that an order arrived."""
    statement, progress = order.statement, order.progress
    return ExternalOrderImported(
        order_id=order.id,
        order_no=order.order_no,
        kind=statement.type.value,
        leaf=order.leaf,
        title=mask_free_text(statement.title),
        content=mask_free_text(statement.content),
        place=masked_place(statement.place_text),
        territory=order.territory,
        estate_code=statement.estate_code,
        urgency=statement.urgency.value,
        secret=statement.secret_flag,
        caller_mark=order.caller_mark,
        received_at=statement.received_at,
        sign_due=progress.sign_due,
        handle_due=progress.handle_due,
    )


def masked_place(place: str) -> str:
    """Show a place to the building (Y-06)."""
    return mask_address(mask_free_text(place))
