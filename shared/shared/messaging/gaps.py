"""Versions of a subject that were passed over: seen by whoever reads a topic, also of types it ignores."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from shared.logging import get_logger
from shared.messaging.bus import Delivery

__all__ = ["VersionWatch"]

MOST_SUBJECTS: Final = 50_000

_log = get_logger(__name__)


@dataclass(slots=True)
class VersionWatch:
    """The last version seen of each subject, of so many subjects at most: the longest unseen is forgotten.

    The first version seen of a subject says nothing: what came before may be gone from the bus.
    """

    _last: dict[tuple[str, str], int] = field(default_factory=dict)

    def observe(self, deliveries: Iterable[Delivery]) -> int:
        """Take in messages in the order of the bus; return how many versions were passed over."""
        missing = 0
        for delivery in deliveries:
            version = delivery.headers.get("ce_subjectversion", "")
            if version.isdecimal():
                missing += self._note((delivery.topic, delivery.key), int(version))
        return missing

    def _note(self, place: tuple[str, str], version: int) -> int:
        last = self._last.pop(place, None)
        self._last[place] = max(version, last or 0)
        if len(self._last) > MOST_SUBJECTS:
            del self._last[next(iter(self._last))]
        if last is None or version <= last + 1:
            return 0
        _log.error("versions missing", topic=place[0], subject=place[1], last=last, next=version)
        return version - last - 1
