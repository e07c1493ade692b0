"""How long it took after each kind of fault until new facts came through."""

from bisect import bisect_right
from collections.abc import Mapping, Sequence
from statistics import median
from typing import Final

from aiokafka.partitioner import murmur2

from tests.faults.counting import Effect
from tests.faults.injecting import Done
from tests.faults.told import Told

PARTITIONS: Final = 6


def recovery_table(done: Sequence[Done], committed: Sequence[Told], effects: Sequence[Effect]) -> str:
    """Return a table: for each kind, the time until the first fact asked for after it was applied.

    `anywhere` takes the first at all, `everywhere` the slowest of the topic's partitions: consumers that did
    not die go on with theirs.
    """
    asked = {each.called: each.asked_at for each in committed}
    applied = _applied_by_partition(asked, effects)
    times: dict[str, list[tuple[float, float]]] = {}
    for fault in done:
        firsts = [_first_after(fault.at, *places) for places in applied.values()]
        found = [first for first in firsts if first is not None]
        if found and len(found) == len(firsts):
            times.setdefault(fault.kind, []).append((min(found) - fault.at, max(found) - fault.at))
    head = f"{'fault':<28}{'times':>6}{'anywhere p50':>14}{'most':>8}{'everywhere p50':>16}{'most':>8}"
    return "\n".join([head, *(_line(kind, rows) for kind, rows in sorted(times.items()))])


def _line(kind: str, rows: Sequence[tuple[float, float]]) -> str:
    some, every = zip(*rows, strict=True)
    return (
        f"{kind:<28}{len(rows):>6}{median(some):>13.2f}s{max(some):>7.2f}s"
        f"{median(every):>15.2f}s{max(every):>7.2f}s"
    )


Places = tuple[list[float], list[float]]


def _applied_by_partition(asked: Mapping[str, float], effects: Sequence[Effect]) -> dict[int, Places]:
    """Return, by partition, when facts were asked for, and from each on the earliest application."""
    pairs: dict[int, list[tuple[float, float]]] = {}
    for effect in effects:
        if effect.called in asked:
            partition = (murmur2(effect.subject.encode()) & 0x7FFFFFFF) % PARTITIONS
            pairs.setdefault(partition, []).append((asked[effect.called], effect.applied_at))
    return {partition: _earliest(sorted(rows)) for partition, rows in pairs.items()}


def _earliest(rows: list[tuple[float, float]]) -> Places:
    earliest: list[float] = []
    best = float("inf")
    for _, applied_at in reversed(rows):
        best = min(best, applied_at)
        earliest.append(best)
    return [asked_at for asked_at, _ in rows], earliest[::-1]


def _first_after(moment: float, asked: list[float], earliest: list[float]) -> float | None:
    place = bisect_right(asked, moment)
    return earliest[place] if place < len(earliest) else None
