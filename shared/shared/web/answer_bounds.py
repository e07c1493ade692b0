"""The limits of an answer's fields that state none: put into pydantic's schema, which checks and shows."""

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["ANSWER_LIST_MAX", "ANSWER_TEXT_MAX", "WHOLE_MAX", "bound_fields"]

# As wide as the widest text that comes in; as long as the longest list.
ANSWER_TEXT_MAX: Final = 20_000
ANSWER_LIST_MAX: Final = 10_000
# The largest whole number that every JSON reader keeps exactly.
WHOLE_MAX: Final = 2**53 - 1
_LIMITS: Final[Mapping[str, Mapping[str, int]]] = {
    "str": {"max_length": ANSWER_TEXT_MAX},
    "list": {"max_length": ANSWER_LIST_MAX},
    "tuple": {"max_length": ANSWER_LIST_MAX},
    "int": {"ge": -WHOLE_MAX, "le": WHOLE_MAX},
}
# What such a limit would contradict: one of the same side.
_OTHERS: Final = {"ge": "gt", "le": "lt"}


def bound_fields(schema: Any) -> None:  # noqa: ANN401 - any part of a schema of pydantic's core
    """Give every text, list and whole number of a model's schema its widest limit, where it has none."""
    if isinstance(schema, dict):
        for limit, value in _LIMITS.get(str(schema.get("type")), {}).items():
            if _OTHERS.get(limit) not in schema:
                schema.setdefault(limit, value)
        for name, part in schema.items():
            if name not in {"metadata", "serialization", "expected", "default"}:
                bound_fields(part)
    elif isinstance(schema, list):
        for part in schema:
            bound_fields(part)
