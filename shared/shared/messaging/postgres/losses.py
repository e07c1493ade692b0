"""The loss of the database, named as the loss of the bus."""

import contextlib
from collections.abc import Iterator

from shared.messaging.bus import BusUnavailable
from shared.messaging.failures import DATABASE_ERRORS, Failure, failure_of

__all__ = ["losses_named"]


@contextlib.contextmanager
def losses_named() -> Iterator[None]:
    """Raise BusUnavailable where the database is away or others are in the way, not for faults of ours."""
    try:
        yield
    except DATABASE_ERRORS as error:
        if failure_of(error) is Failure.PERMANENT:
            raise
        message = f"{type(error).__name__}: {error}"
        raise BusUnavailable(message) from error
