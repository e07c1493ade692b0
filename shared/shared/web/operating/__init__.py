"""What an operator sees and does in a service, the same routes in each."""

from shared.web.operating.routes import operating_router

__all__ = ["operating_router"]
