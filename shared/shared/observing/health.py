"""What an orchestrator asks of a message process: whether its loops go round, and whether it can work."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from shared.kernel import Pulse
from shared.storage import Database

__all__ = ["Answer", "WorkHealth", "live", "ready"]

# Everything a loop waits for in one round has a limit of its own; the longest, publishing to a broker that
# does not answer and closing what was opened for it, is 45 seconds.
SILENCE_SECONDS: Final = 120.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Each part by its name, and whether it is well."""

    parts: Mapping[str, bool]

    @property
    def well(self) -> bool:
        """Say whether all of them are."""
        return all(self.parts.values())

    def body(self) -> bytes:
        """Return it as the edge's own readiness looks."""
        return json.dumps({"status": "ok" if self.well else "unavailable", "parts": self.parts}).encode()


@dataclass(frozen=True, kw_only=True)
class WorkHealth:
    """The loops of a service's message side, and what they work on."""

    service: str
    database: Database
    pulses: Mapping[str, Pulse]
    most_silence_seconds: float = SILENCE_SECONDS

    def loops(self) -> Mapping[str, bool]:
        """Say of each loop whether it goes round."""
        return {
            f"{self.service}.{name}": pulse.silent_seconds < self.most_silence_seconds
            for name, pulse in self.pulses.items()
        }


async def live(healths: Sequence[WorkHealth]) -> Answer:
    """Say whether the process may go on; one whose loop hangs must be started anew.

    A database or a bus that is away is no reason: the loops go on trying.
    """
    return Answer(parts={name: well for each in healths for name, well in each.loops().items()})


async def ready(healths: Sequence[WorkHealth]) -> Answer:
    """Say whether the process works: it is alive, and each service's database answers."""
    alive = await live(healths)
    databases = {f"{each.service}.database": await each.database.answers() for each in healths}
    return Answer(parts={**alive.parts, **databases})
