"""The message process: hears of estates, operators and grades, and tells of claims and payments."""

import asyncio

from shared.process import work_until_stopped
from subsidy_ledger.main import SERVICE

__all__ = ["main"]


def main() -> None:
    """Run until stopped."""
    asyncio.run(work_until_stopped(SERVICE))


if __name__ == "__main__":
    main()
