"""One recorded message of every version of every fact, as it lay on the bus: key, headers and bytes.

What is recorded never changes. `SHA256SUMS` holds the digest of each file, so that a change is not
overlooked; `sha256sum --check SHA256SUMS` judges it too.
"""

import hashlib
import json
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Self

from shared.messaging import Message

__all__ = ["FOLDER", "Corpus", "Recorded"]

FOLDER: Final = Path(__file__).with_name("corpus")
_SUMS: Final = "SHA256SUMS"


@dataclass(frozen=True, kw_only=True)
class Recorded:
    """A message in binary mode. The data is UTF-8, as every payload of ours."""

    key: str
    headers: Mapping[str, str]
    data: bytes

    @classmethod
    def of(cls, message: Message) -> Self:
        """Take a message as the bus would carry it."""
        return cls(key=message.subject, headers=message.headers(), data=message.data)

    @property
    def type(self) -> str:
        """The fact and its version."""
        return self.headers["ce_type"]

    def message(self) -> Message:
        """Read it as a consumer does."""
        return Message.from_headers(self.headers, self.data)


@dataclass(frozen=True, kw_only=True)
class Corpus:
    """A folder of recorded messages, one file for each type."""

    folder: Path = FOLDER

    def names(self) -> list[str]:
        """Return the types that are recorded."""
        return sorted(path.stem for path in self.folder.glob("*.json"))

    def missing(self, published: Collection[str]) -> list[str]:
        """Return the published types that are not recorded."""
        return sorted(set(published) - set(self.names()))

    def read(self, name: str) -> Recorded:
        """Return a recorded message."""
        kept = json.loads(self._file(name).read_text(encoding="utf-8"))
        return Recorded(key=kept["key"], headers=kept["headers"], data=kept["data"].encode())

    def keep(self, recorded: Recorded) -> bool:
        """Write a message whose type is not recorded yet; say whether it was."""
        if self._file(recorded.type).exists():
            return False
        content = {"key": recorded.key, "headers": dict(recorded.headers), "data": recorded.data.decode()}
        text = json.dumps(content, ensure_ascii=False, indent=1)
        self.folder.mkdir(parents=True, exist_ok=True)
        self._file(recorded.type).write_text(f"{text}\n", encoding="utf-8")
        sums = self._sums() | {f"{recorded.type}.json": self._digest(recorded.type)}
        lines = [f"{digest}  {name}\n" for name, digest in sorted(sums.items())]
        (self.folder / _SUMS).write_text("".join(lines), encoding="utf-8")
        return True

    def complaints(self, published: Collection[str]) -> Iterator[str]:
        """Yield what is wrong: a version that is not recorded, a record that changed, one of no version."""
        sums = self._sums()
        yield from (f"{name} is not recorded: run `make corpus`" for name in self.missing(published))
        for name in self.names():
            if sums.pop(f"{name}.json", None) != self._digest(name):
                yield f"{name} was recorded otherwise: take the file back"
            if name not in published:
                yield f"{name} was never published"
        yield from (f"{name} was recorded and is gone: take the file back" for name in sums)

    def _file(self, name: str) -> Path:
        return self.folder / f"{name}.json"

    def _digest(self, name: str) -> str:
        return hashlib.sha256(self._file(name).read_bytes()).hexdigest()

    def _sums(self) -> dict[str, str]:
        kept = self.folder / _SUMS
        lines = kept.read_text(encoding="utf-8").splitlines() if kept.is_file() else []
        return {name: digest for digest, name in (line.split("  ", 1) for line in lines)}
