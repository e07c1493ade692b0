"""The message process of supervision: `python -m supervision.worker`."""

import asyncio

from shared.process import work_until_stopped
from supervision.main import SERVICE

__all__ = ["main"]


def main() -> None:
    """Relay, consume and do what is due until stopped."""
    asyncio.run(work_until_stopped(SERVICE))


if __name__ == "__main__":
    main()
