"""The one table of routes. Every edge is made from it; a service never knows which edge stands before it."""

from dataclasses import dataclass
from typing import Final

__all__ = ["ROUTES", "Route", "route_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """Requests below `prefix` go to `service`."""

    prefix: str
    service: str


ROUTES: Final = tuple(
    Route(prefix=f"/api/{service}/", service=service)
    for service in (
        "estate-registry",
        "dispute-mediation",
        "credit-rating",
        "subsidy-ledger",
        "supervision",
        "exchange",
    )
)


def route_of(path: str) -> Route | None:
    """Return the route that a path falls under, or None."""
    return next((route for route in ROUTES if path.startswith(route.prefix)), None)
