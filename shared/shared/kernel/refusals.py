"""Refusals: the answers "no" of the domain, each a class named as a fact.

A refusal class is its own entry in the catalogue of problem types: its name gives the stable type
(`OperatorOverlaps` → `operator-overlaps`), its two templates give the sentence a person reads.
A template says what is wrong *and what to do*; `{fields}` are the keyword arguments it is raised with.
"""

import re
from collections.abc import Iterator
from typing import ClassVar

__all__ = ["Conflict", "NotAllowed", "NotFound", "Refusal", "catalogue"]

_WORD = re.compile(r"(?<!^)(?=[A-Z][a-z]|(?<=[a-z0-9])[A-Z])")


class Refusal(Exception):  # noqa: N818 - a refusal is named as the fact it states, not as an error
    """An expected "no". Never logged as an error; answered as problem details."""

    zh: ClassVar[str]
    en: ClassVar[str]

    def __init__(self, **facts: object) -> None:
        """Keep the facts the sentence names; every `{field}` of the templates must be given."""
        super().__init__(self.en.format(**facts))
        self.facts = facts

    @classmethod
    def slug(cls) -> str:
        """Return the stable problem type, in kebab-case."""
        return _WORD.sub("-", cls.__name__).lower()

    def sentence(self, language: str) -> str:
        """Return the sentence for a person, `zh` or `en`."""
        return (self.zh if language == "zh" else self.en).format(**self.facts)


class NotFound(Refusal):
    """What was asked for does not exist, or not within the caller's territory."""


class NotAllowed(Refusal):
    """The caller may not do this."""


class Conflict(Refusal):
    """The state of the matter does not admit this."""


def catalogue() -> Iterator[type[Refusal]]:
    """Yield every refusal class that has been imported, sorted by its type."""
    found: dict[str, type[Refusal]] = {}
    waiting: list[type[Refusal]] = [Refusal]
    while waiting:
        for child in waiting.pop().__subclasses__():
            waiting.append(child)
            if "zh" in child.__dict__:
                found[child.slug()] = child
    yield from (found[slug] for slug in sorted(found))
