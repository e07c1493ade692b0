"""The published facts of every context: the one language the services share."""

from collections.abc import Mapping
from types import MappingProxyType, ModuleType
from typing import Final

from shared.contracts import (
    credit_rating,
    dispute_mediation,
    estate_registry,
    exchange,
    subsidy_ledger,
    supervision,
)
from shared.contracts.event import Event
from shared.contracts.upcasters import UPCASTERS, Upcaster, Upcasters, latest_of, steps_from

__all__ = ["CATALOGUE", "UPCASTERS", "Event", "Upcaster", "Upcasters", "latest_of", "steps_from"]

_CONTEXTS: Final = (
    estate_registry,
    dispute_mediation,
    credit_rating,
    subsidy_ledger,
    exchange,
    supervision,
)


def _facts(module: ModuleType) -> dict[str, type[Event]]:
    classes = (getattr(module, public) for public in module.__all__)
    return {fact.name: fact for fact in classes if isinstance(fact, type) and issubclass(fact, Event)}


CATALOGUE: Final[Mapping[str, type[Event]]] = MappingProxyType(
    {name: fact for module in _CONTEXTS for name, fact in sorted(_facts(module).items())}
)
