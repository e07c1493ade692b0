"""Identifiers that sort by time."""

from uuid import UUID

from uuid_utils import compat

__all__ = ["new_id"]


def new_id() -> UUID:
    """Return a new UUIDv7: unique, monotonic within the process, sortable by creation."""
    return compat.uuid7()
