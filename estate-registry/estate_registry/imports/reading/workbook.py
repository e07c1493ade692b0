"""Workbooks as lines of cells, after their size was measured by unpacking, not by believing what they say."""

import datetime as dt
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from typing import Final

import python_calamine

from estate_registry.imports.reading.limits import COLUMNS_MAX, PARTS_MAX, ROWS_MAX, UNPACKED_MAX_BYTES
from estate_registry.imports.reading.refusals import (
    FileEmpty,
    TooManyCells,
    WorkbookUnreadable,
    WorkbookUnsafe,
)

__all__ = ["read_workbook"]

Line = tuple[int, Sequence[str]]
Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta

_BYTES_A_MB: Final = 1024 * 1024
_LOCAL_HEADER: Final = struct.Struct("<4s22xHH")
_RAW_DEFLATE: Final = -15
_CHUNK: Final = 256 * 1024
_CELL_PLACE: Final = re.compile(rb'<(?:\w+:)?c\b[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
_ROW_PLACE: Final = re.compile(rb'<(?:\w+:)?row\b[^>]*?\br="([0-9]{1,7})"')


def read_workbook(content: bytes) -> list[Line]:
    """Return the lines of the first visible sheet that are not blank, numbered as the workbook does.

    Raises WorkbookUnreadable, WorkbookUnsafe, TooManyCells, FileEmpty.
    """
    _measure(content)
    try:
        with python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return list(_lines(_first_visible(book)))
    except (python_calamine.CalamineError, python_calamine.PasswordError) as broken:
        raise WorkbookUnreadable from broken


def _first_visible(book: python_calamine.CalamineWorkbook) -> python_calamine.CalamineSheet:
    for sheet in book.sheets_metadata:
        visible = sheet.visible is python_calamine.SheetVisibleEnum.Visible
        if visible and sheet.typ is python_calamine.SheetTypeEnum.WorkSheet:
            return book.get_sheet_by_name(sheet.name)
    raise FileEmpty


def _lines(sheet: python_calamine.CalamineSheet) -> Iterator[Line]:
    first = 1 + (sheet.start[0] if sheet.start else 0)
    for number, cells in enumerate(sheet.to_python(skip_empty_area=True), start=first):
        line = [_as_text(cell) for cell in cells]
        if any(cell.strip() for cell in line):
            yield number, line


def _as_text(cell: Cell) -> str:
    """Write a cell as a person reads it: 300 and not 300.0, a date without its midnight."""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ").removesuffix(" 00:00:00")
    return str(cell)


def _measure(content: bytes) -> None:
    """Unpack every part, counting, before a reader holds it whole; and look how far the cells reach.

    A reader makes room for the whole rectangle up to the last cell, so one cell far out is a bomb too.
    """
    unpacked = 0
    for part, name in _parts(content):
        sheet = bytearray()
        for piece in part:
            unpacked += len(piece)
            if unpacked > UNPACKED_MAX_BYTES:
                raise WorkbookUnsafe(limit_mb=UNPACKED_MAX_BYTES // _BYTES_A_MB)
            if name.startswith("xl/worksheets/"):
                sheet += piece
        _refuse_far_cells(bytes(sheet))


def _refuse_far_cells(sheet: bytes) -> None:
    for letters, row in _CELL_PLACE.findall(sheet):
        if _column_number(letters) > COLUMNS_MAX or int(row) > ROWS_MAX:
            raise TooManyCells(rows=ROWS_MAX, columns=COLUMNS_MAX)
    if any(int(row) > ROWS_MAX for row in _ROW_PLACE.findall(sheet)):
        raise TooManyCells(rows=ROWS_MAX, columns=COLUMNS_MAX)


def _column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - ord("A") + 1
    return number


def _parts(content: bytes) -> Iterator[tuple[Iterator[bytes], str]]:
    """Yield the pieces and the name of each part; raise WorkbookUnreadable or WorkbookUnsafe."""
    try:
        parts = zipfile.ZipFile(io.BytesIO(content)).infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError) as broken:
        raise WorkbookUnreadable from broken
    if len(parts) > PARTS_MAX:
        raise WorkbookUnsafe(limit_mb=UNPACKED_MAX_BYTES // _BYTES_A_MB)
    for part in parts:
        yield _unpacked(content, part), part.filename


def _unpacked(content: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    start = part.header_offset + _LOCAL_HEADER.size
    try:
        mark, name_length, extra_length = _LOCAL_HEADER.unpack_from(content, part.header_offset)
    except struct.error as broken:
        raise WorkbookUnreadable from broken
    start += name_length + extra_length
    packed = content[start : start + part.compress_size]
    if mark != b"PK\x03\x04" or part.flag_bits & 1:
        raise WorkbookUnreadable
    if part.compress_type == zipfile.ZIP_STORED:
        yield packed
    elif part.compress_type == zipfile.ZIP_DEFLATED:
        yield from _inflated(packed)
    else:
        raise WorkbookUnreadable


def _inflated(packed: bytes) -> Iterator[bytes]:
    inflater = zlib.decompressobj(_RAW_DEFLATE)
    waiting = packed
    try:
        while waiting and not inflater.eof:
            yield inflater.decompress(waiting, _CHUNK)
            waiting = inflater.unconsumed_tail
    except zlib.error as broken:
        raise WorkbookUnreadable from broken
