"""How much of each section the page shows."""

from typing import Final

__all__ = ["LATEST"]

# The latest entries of a section; what is older is found in the service that keeps it.
LATEST: Final = 20
