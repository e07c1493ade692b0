"""What producers were told, in their own words: a file each, appended and synced, and read at the end."""

import os
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from types import TracebackType
from typing import Self


class Outcome(StrEnum):
    """What the answer said; without an answer it is unknown, and the journal knows."""

    COMMITTED = "C"
    REFUSED = "R"
    UNKNOWN = "U"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """One fact as its writer remembers it. `called` names it; `number` counts the writer's facts."""

    writer: int
    number: int
    called: str
    subject: str
    amount_fen: int
    asked_at: float
    outcome: Outcome

    def with_outcome(self, outcome: Outcome) -> "Told":
        return replace(self, outcome=outcome)

    def line(self) -> str:
        fields = (self.writer, self.number, self.called, self.subject, self.amount_fen, self.asked_at)
        return "\t".join([*map(str, fields), self.outcome.value]) + "\n"

    @classmethod
    def of_line(cls, line: str) -> "Told":
        writer, number, called, subject, amount_fen, asked_at, outcome = line.rstrip("\n").split("\t")
        return cls(
            writer=int(writer),
            number=int(number),
            called=called,
            subject=subject,
            amount_fen=int(amount_fen),
            asked_at=float(asked_at),
            outcome=Outcome(outcome),
        )


class Record:
    """The file of the writers of a process: on disk before a writer goes on."""

    def __init__(self, file: Path) -> None:
        self._file = file.open("a", encoding="utf-8")
        self._turn = threading.Lock()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write(self, told: Sequence[Told]) -> None:
        with self._turn:
            self._file.write("".join(each.line() for each in told))
            self._file.flush()
            os.fdatasync(self._file.fileno())


def read_records(folder: Path) -> Iterator[Told]:
    """Yield what every writer wrote."""
    for file in sorted(folder.glob("told-*.tsv")):
        with file.open(encoding="utf-8") as lines:
            yield from map(Told.of_line, lines)
