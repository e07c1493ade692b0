"""What a process of a fault run is told on its command line."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from tests.faults.crashing import CrashPoints
from tests.faults.sabotage import Sabotage


@dataclass(frozen=True, kw_only=True)
class Orders:
    """Who it is, what it reaches by which address, and what it is to do.

    `crash` names the file of its crash points; processes of one kind may share it. `rate` is in facts a
    second, 0 for as fast as it goes; `port` is for those that serve; `poison` is one in so many renamings.
    `whole` says that payments are heard, and the HTTP process is there.
    """

    name: str
    role: str
    folder: Path
    dsn: str
    kafka: str
    crash: str
    sabotage: Sabotage = Sabotage.NONE
    seed: int = 0
    number: int = 0
    writers: int = 0
    rate: int = 0
    port: int = 0
    poison: int = 0
    whole: bool = True

    @property
    def points(self) -> CrashPoints:
        return CrashPoints(self.folder / f"{self.crash}.crash")

    def text(self) -> str:
        return json.dumps(asdict(self), default=str)

    @classmethod
    def of_text(cls, text: str) -> "Orders":
        given = json.loads(text)
        return cls(**{**given, "folder": Path(given["folder"]), "sabotage": Sabotage(given["sabotage"])})
