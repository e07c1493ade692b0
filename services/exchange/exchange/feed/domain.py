"""An entry of the feed, and how much of it a department is shown."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from shared.kernel import Conflict, TerritoryCode, mask_free_text

__all__ = ["CursorAheadOfFeed", "Entry", "as_cloud_event"]

# Words that people wrote. They are masked where they are first told; masking them again costs nothing.
FREE_TEXT: Final = frozenset({"title", "content", "place", "reason"})
# What of a fact of level 1 tells of a person, and what stands there for a receiver of level 0.
WITHHELD: Final[Mapping[str, str | None]] = {"title": "***", "content": "***", "place": "***"}
# Blind marks recognise a person for dispute-mediation alone: no department may tell callers apart by them.
NEVER_SHOWN: Final[Mapping[str, None]] = {"caller_mark": None}


class CursorAheadOfFeed(Conflict):
    """The cursor names a place the feed has not come to: the feed was restored to an earlier state."""

    zh = "翻页标记超前于当前数据流（平台可能已从备份恢复），请从头读取，并按事件 id 去重。"
    en = "The cursor is ahead of the feed, which was restored. Read from the start; drop events known by id."


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One fact in the feed, with what its envelope said. Positions rise by one, in the order of commits."""

    position: int
    event_id: UUID
    type: str
    source: str
    subject: str
    subject_version: int
    territory: TerritoryCode
    recorded_at: datetime
    pii_level: int
    data: Mapping[str, object]

    def shown(self, *, pii_level: int) -> dict[str, object]:
        """Return the data as a receiver of a level of personal data may see it."""
        data = {name: _masked(name, value) for name, value in self.data.items()}
        hidden = {**WITHHELD, **NEVER_SHOWN} if self.pii_level > pii_level else NEVER_SHOWN
        return data | {name: value for name, value in hidden.items() if name in data}


def as_cloud_event(entry: Entry, *, pii_level: int) -> dict[str, object]:
    """Return an entry as a structured CloudEvent 1.0 for a receiver of a level of personal data."""
    time = entry.recorded_at.astimezone(UTC).isoformat().replace("+00:00", "Z")
    event: dict[str, object] = {
        "specversion": "1.0",
        "id": str(entry.event_id),
        "source": entry.source,
        "type": entry.type,
        "subject": entry.subject,
        "time": time,
        "datacontenttype": "application/json",
        "dataschema": f"urn:gongzhi:schema:{entry.type}",
        "subjectversion": entry.subject_version,
        "piilevel": min(entry.pii_level, pii_level),
        "data": entry.shown(pii_level=pii_level),
    }
    return event | ({"territorycode": entry.territory} if entry.territory else {})


def _masked(name: str, value: object) -> object:
    return mask_free_text(value) if name in FREE_TEXT and isinstance(value, str) else value
