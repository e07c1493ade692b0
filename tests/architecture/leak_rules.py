"""What must not stand in the tree: paths of one machine, addresses of package registries."""

import re
from collections.abc import Iterator
from typing import Final

from tests.architecture.sources import ROOT, Source

__all__ = ["machine_paths", "registry_addresses"]

# The brackets keep the patterns from matching themselves.
_MACHINE_PATH: Final = re.compile(rf"/(?:wor[k]|far[m]|roo[t])/[a-z.]|{re.escape(str(ROOT))}/", re.IGNORECASE)
_REGISTRY: Final = re.compile(
    r"https?://[a-z0-9.:@-]*(?:pypi|pythonhosted|npmjs|maven|crates|debian)[a-z0-9.:-]*/", re.IGNORECASE
)


def machine_paths(source: Source) -> Iterator[str]:
    """Yield the lines that name a folder of the machine this was written or checked out on."""
    yield from _matches(source, _MACHINE_PATH, "a path of one machine")


def registry_addresses(source: Source) -> Iterator[str]:
    """Yield the lines that name a registry: where packages come from is the machine's own setting."""
    yield from _matches(source, _REGISTRY, "the address of a registry")


def _matches(source: Source, pattern: re.Pattern[str], what: str) -> Iterator[str]:
    for number, line in enumerate(source.text.splitlines(), start=1):
        if found := pattern.search(line):
            yield f"{source.path}:{number}: {what}: {found.group()}"
