"""How names and addresses are compared and found."""

from estate_registry.naming.domain import grams, name_key

__all__ = ["grams", "name_key"]
