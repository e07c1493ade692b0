"""A case about to be seeded, and the facts that were told of it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from onebox.seeding.homes import Home

__all__ = ["TERM", "WORKDAYS", "Case", "Fact", "facts_of"]

TERM: Final = timedelta(days=14)
WORKDAYS: Final = 6
# When something was told, the contract's name, and what it says beside case and estate.
Fact = tuple[datetime, str, dict[str, object]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A case about to be written."""

    id: UUID
    home: Home
    state: str
    leaf: str
    channel: str
    at: datetime
    host: str
    master: UUID | None

    @property
    def accepted(self) -> bool:
        """Say whether somebody took it up."""
        return self.state not in {"received", "rejected", "merged"}

    @property
    def resolved(self) -> bool:
        """Say whether it has its result."""
        return self.state in {"resolved", "closed"}


def facts_of(case: Case, *, case_no: str) -> list[Fact]:
    """Return what was told of the case; each told when it happened."""
    hour = timedelta(hours=2)
    received: dict[str, object] = {
        "case_no": case_no,
        "channel": case.channel,
        "leaf": case.leaf,
        "org": case.home.org,
        "urgency": "normal",
        "order_no": None,
        "received_at": case.at.isoformat(),
    }
    facts = [(case.at, "ComplaintReceived", received)]
    if case.state == "rejected":
        facts.append((case.at + hour, "ComplaintRejected", {"reason": "no_substance"}))
    if case.master is not None:
        merged: dict[str, object] = {"master_id": str(case.master), "repeat_count": 1}
        facts.append((case.at + hour, "ComplaintMergedAsRepeat", merged))
    if case.accepted:
        facts.append((case.at + hour, "ComplaintAccepted", _acceptance(case)))
    if case.resolved:
        result: dict[str, object] = {"result": "solved", "liability": "none", "org": None, "days": WORKDAYS}
        facts.append((case.at + timedelta(days=WORKDAYS), "ComplaintResolved", result))
    return facts


def _acceptance(case: Case) -> dict[str, object]:
    return {
        "level": case.host.partition(":")[2],
        "host_unit": case.host,
        "due_at": (case.at + timedelta(hours=2) + TERM).isoformat(),
        "due_provisional": False,
    }
