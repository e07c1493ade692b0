"""A file as lines of cells: what it is is told from its first bytes, never from its name."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from estate_registry.imports.domain import Layout, detect_layout
from estate_registry.imports.reading.limits import FILE_MAX_BYTES
from estate_registry.imports.reading.refusals import FileEmpty, FormatUnknown, NoNameColumn
from estate_registry.imports.reading.text import decode, read_text
from estate_registry.imports.reading.workbook import read_workbook

__all__ = ["FILE_MAX_BYTES", "ListFile", "read_list"]

_ZIP: Final = b"PK\x03\x04"
_NOT_TEXT: Final = (b"%PDF", b"\xd0\xcf\x11\xe0", b"\x89PNG", b"\xff\xd8\xff", b"PK\x05\x06")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListFile:
    """A list as it was read: kind of file, encoding, columns, and its rows with their line numbers."""

    format: str
    encoding: str | None
    layout: Layout
    rows: Sequence[tuple[int, Sequence[str]]]


def read_list(content: bytes) -> ListFile:
    """Read a file of any kind that is taken.

    Raises FileEmpty, FormatUnknown, EncodingUnknown, WorkbookUnreadable, WorkbookUnsafe, TooManyCells,
    NoNameColumn.
    """
    kind, encoding, lines = _lines_of(content)
    if not lines:
        raise FileEmpty
    layout = detect_layout(lines)
    if layout is None:
        raise NoNameColumn
    rows = [(number, cells) for number, cells in lines if number > layout.header_line]
    if not rows:
        raise FileEmpty
    return ListFile(format=kind, encoding=encoding, layout=layout, rows=rows)


def _lines_of(content: bytes) -> tuple[str, str | None, list[tuple[int, Sequence[str]]]]:
    if content.startswith(_ZIP):
        return "xlsx", None, read_workbook(content)
    if content.startswith(_NOT_TEXT):
        raise FormatUnknown
    text, encoding = decode(content)
    kind, lines = read_text(text)
    return kind, encoding, lines
