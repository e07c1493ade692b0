"""What holds from which day on: without overlap and without gap."""

from estate_registry.timelines.domain import Changes, Spell, StartsBeforeService, Timeline

__all__ = ["Changes", "Spell", "StartsBeforeService", "Timeline"]
