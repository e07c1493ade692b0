"""Explain every statement against the large set, and compare each plan with the one kept in git.

python -m tests.province [--cases N] [--write]
"""

import argparse
import asyncio
import sys
import time

from tests.bench.ground import disk_folder
from tests.province.large import faults, large_set
from tests.province.plans import ends_of_commands, one_for_each_service, plans, ways_of_lists
from tests.province.shapes import KEPT, changes, kept, shapes_of, write


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.province")
    parser.add_argument("--cases", type=int, default=1_000_000)
    parser.add_argument("--write", action="store_true")
    arguments = parser.parse_args()
    sys.exit(asyncio.run(_judge(arguments.cases, keep=arguments.write)))


async def _judge(cases: int, *, keep: bool) -> int:
    started = time.monotonic()
    # Lists compile their statements when they are first asked.
    listed = list(ways_of_lists())
    async with large_set(cases, say=_say) as connection:
        _say(f"  {time.monotonic() - started:.0f} s: {disk_folder(f'plans-{cases}', keep=True)}")
        ends = await ends_of_commands(connection)
        found = [*await plans(connection), *one_for_each_service(ends)]
        wrong = await faults(connection, found, ends=ends)
    shapes = shapes_of(found)
    if keep:
        write(shapes)
        _say(f"Kept the shapes of {len(shapes)} statements in {KEPT.relative_to(KEPT.parents[2])}.")
    else:
        differing = changes(kept(), shapes)
        wrong += differing
        if differing:
            wrong.append("Where the new plans are what is wanted, keep them: make plans WRITE=1")
    print("\n\n".join(wrong))
    told = f"{len(found) + len(ends)} statements, of them {len(listed)} of lists, against {cases} cases"
    print(f"\n{told}: {len(wrong)} faults, {time.monotonic() - started:.0f} s")
    return 1 if wrong else 0


def _say(told: str) -> None:
    print(told, flush=True)


if __name__ == "__main__":
    main()
