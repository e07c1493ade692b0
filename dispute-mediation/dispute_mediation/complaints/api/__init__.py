"""The routes of cases."""

from dispute_mediation.complaints.api.doing import router as doing_router
from dispute_mediation.complaints.api.reading import own_router
from dispute_mediation.complaints.api.reading import router as reading_router

__all__ = ["doing_router", "own_router", "reading_router"]
