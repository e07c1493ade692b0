"""The message process of exchange."""

import asyncio

from exchange.main import SERVICE
from shared.process import work_until_stopped

__all__ = ["main"]


def main() -> None:
    """Work until stopped."""
    asyncio.run(work_until_stopped(SERVICE))


if __name__ == "__main__":
    main()
