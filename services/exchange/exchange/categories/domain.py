"""Find the leaf that a category of the hotline means: the longest pattern the category begins with.

A category is a code, or a path of names such as `城乡建设/安全生产/安全隐患`. A path is looked up whole, then
without its first name, and so on, so that a pattern may name the last level alone. The empty pattern fits
everything: it is the default.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Final

__all__ = ["leaf_of"]

_BETWEEN_LEVELS: Final = re.compile(r"\s*[/／>|]\s*")


def leaf_of(category: str, patterns: Mapping[str, str]) -> str:
    """Return the leaf of a category; raise KeyError when no pattern fits, not even the empty one."""
    fitting = (pattern for path in _paths(category) for pattern in _prefixes(path) if pattern in patterns)
    return patterns[next(fitting, "")]


def _paths(category: str) -> Iterator[str]:
    """Yield the path whole, then without its first level, to the last level alone."""
    levels = _BETWEEN_LEVELS.split(category.strip())
    for start in range(len(levels)):
        yield "/".join(levels[start:])


def _prefixes(text: str) -> Iterator[str]:
    """Yield every beginning of a text but the empty one, the longest first."""
    return (text[:length] for length in range(len(text), 0, -1))
