"""Measure, print the table, keep the figures in .bench and draw them.

python -m tests.bench [--long] [--only NAME,NAME]
python -m tests.bench compare A [B]      # files, or commits that were measured; B is by default the latest
"""

import argparse
import asyncio
import time

from tests.bench.comparison import compare, named
from tests.bench.figures import LATEST, Figure, figure_of, read, table, write
from tests.bench.modules import chosen
from tests.bench.picture import draw


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", default="")
    parser.add_argument("--long", action="store_true")
    verbs = parser.add_subparsers(dest="verb")
    comparing = verbs.add_parser("compare")
    comparing.add_argument("a")
    comparing.add_argument("b", nargs="?", default=str(LATEST))
    arguments = parser.parse_args()
    if arguments.verb == "compare":
        print(compare(named(arguments.a), named(arguments.b)))
        return
    names = [name for name in arguments.only.split(",") if name]
    asyncio.run(_measure(names, long=arguments.long))


async def _measure(names: list[str], *, long: bool) -> None:
    figures: list[Figure] = []
    for module in chosen(names, long=long):
        started = time.monotonic()
        print(f"{module.name} …", flush=True)
        measured = await module.run()
        figures += measured
        # Kept at once: what comes later may fail.
        write(measured)
        print(f"{table(measured)}\n{module.name}: {time.monotonic() - started:.0f} s\n", flush=True)
    print(table(figures))
    picture = draw([figure_of(row) for row in read(LATEST)])
    print(f"\n{LATEST}, {picture}")


if __name__ == "__main__":
    main()
