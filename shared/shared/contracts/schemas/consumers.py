"""Who listens to which fact, as a file: a change of a fact is judged where no service can be imported.

A breaking change often breaks the import of the very service that listens; so the names are kept in git,
made by `make docs` from every service's `SUBSCRIPTIONS`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, TypeAlias

__all__ = ["CONSUMERS_FILE", "NOBODY", "Consumers", "consumers_text", "kept_consumers"]

# The services that listen to a fact, by the name of the fact.
Consumers: TypeAlias = Mapping[str, Sequence[str]]

NOBODY: Final[Consumers] = MappingProxyType({})
CONSUMERS_FILE: Final = Path(__file__).parents[1] / "consumers.json"


def consumers_text(consumers: Consumers) -> str:
    """Return the content of the file."""
    ordered = {name: sorted(listeners) for name, listeners in sorted(consumers.items())}
    return json.dumps(ordered, indent=1) + "\n"


def kept_consumers(file: Path = CONSUMERS_FILE) -> Consumers:
    """Read the file; nobody listens where it is not made yet."""
    if not file.is_file():
        return NOBODY
    kept: Consumers = json.loads(file.read_text(encoding="utf-8"))
    return kept
