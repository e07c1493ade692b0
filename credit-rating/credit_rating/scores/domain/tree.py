"""The explanation of a score: a tree whose every line is the sum of the lines below it."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from uuid import UUID

__all__ = ["Node", "add_up", "capped"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """One line. Its points are the sum of its children's; a leaf stands for itself."""

    code: str
    zh: str
    en: str
    points_tenths: int
    source: str
    item_id: UUID | None = None
    children: tuple["Node", ...] = ()

    def leaves(self) -> Iterator["Node"]:
        """Yield the lines that have none below them, from left to right."""
        if not self.children:
            yield self
        for child in self.children:
            yield from child.leaves()


def add_up(code: str, *, zh: str, en: str, source: str, parts: Iterable[Node]) -> Node:
    """Return the line that sums up its parts."""
    children = tuple(parts)
    points = sum(part.points_tenths for part in children)
    return Node(code=code, zh=zh, en=en, points_tenths=points, source=source, children=children)


def capped(parts: Collection[Node], *, cap_tenths: int, code: str, source: str) -> tuple[Node, ...]:
    """Return the parts, followed by a line that takes off what is over the cap, if anything is."""
    over = sum(part.points_tenths for part in parts) - cap_tenths
    if over <= 0:
        return tuple(parts)
    zh, en = "超过上限的部分不计", "over the cap, not counted"
    return (*parts, Node(code=code, zh=zh, en=en, points_tenths=-over, source=source))
