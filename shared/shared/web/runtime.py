"""What a service's HTTP process holds while it runs."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import Request

from shared.kernel import Actor, Clock, system_clock
from shared.messaging import Applier
from shared.storage import Database

__all__ = ["Authenticate", "Runtime", "runtime_of"]

# From the whole request to the actor, at a moment; raises NotAuthenticated.
Authenticate = Callable[[Database, Request, datetime], Awaitable[Actor]]


@dataclass(kw_only=True)
class Runtime:
    """The parts a route needs: database, clock, keys, and one authenticator per scheme (lower case).

    `applier` knows what the service listens to, and applies what an operator replays.
    That of the scheme `signature` is asked when a request is signed (RFC 9421) and has no Authorization.
    """

    database: Database
    applier: Applier
    cursor_key: bytes = field(repr=False)
    authenticators: Mapping[str, Authenticate]
    clock: Clock = system_clock


def runtime_of(request: Request) -> Runtime:
    """Return the runtime of the application that serves the request."""
    runtime: Runtime = request.app.state.runtime
    return runtime
