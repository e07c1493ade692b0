"""The message process: hears of orders, estates and operators, watches the clocks, tells what happened."""

import asyncio

from dispute_mediation.main import SERVICE
from shared.process import work_until_stopped

__all__ = ["main"]


def main() -> None:
    """Run until stopped."""
    asyncio.run(work_until_stopped(SERVICE))


if __name__ == "__main__":
    main()
