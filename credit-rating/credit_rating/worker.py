"""The message process of the service: relay, reactions, due tasks."""

import asyncio

from credit_rating.main import SERVICE
from shared.process import work_until_stopped

__all__ = ["main"]


def main() -> None:
    """Run until stopped."""
    asyncio.run(work_until_stopped(SERVICE))


if __name__ == "__main__":
    main()
