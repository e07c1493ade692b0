"""The files of this repository, as the rules of the house read them."""

import ast
import subprocess
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path, PurePosixPath
from typing import Final

__all__ = ["ROOT", "Source", "files", "sources"]

ROOT: Final = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Source:
    """One text file: its path from the root of the repository, and what is in it."""

    path: PurePosixPath
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """Return the syntax tree of a Python file."""
        return ast.parse(self.text, filename=str(self.path))

    @property
    def is_python(self) -> bool:
        """Say whether it is a Python file."""
        return self.path.suffix == ".py"

    @property
    def is_test(self) -> bool:
        """Say whether it belongs to the tests."""
        return "tests" in self.path.parts

    @property
    def is_product(self) -> bool:
        """Say whether it is Python code of a package: no test, no migration, no settings of a tool."""
        apart = {"tests", "migrations"}
        return self.is_python and len(self.path.parts) > 1 and apart.isdisjoint(self.path.parts)


def files(root: Path) -> list[PurePosixPath]:
    """List what git keeps or would keep: tracked files and untracked ones that are not ignored."""
    # A checkout may belong to another user than the one who runs the tests.
    command = ["git", "-c", f"safe.directory={root}", "ls-files", "-z", "-co", "--exclude-standard"]
    listing = subprocess.run(command, cwd=root, check=True, capture_output=True, text=True).stdout
    paths = sorted({PurePosixPath(name) for name in listing.split("\0") if name})
    return [path for path in paths if (root / path).is_file()]


def sources(root: Path) -> list[Source]:
    """Read every text file of the repository; files that are no UTF-8 are not text."""
    found = []
    for path in files(root):
        try:
            found.append(Source(path, (root / path).read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found
