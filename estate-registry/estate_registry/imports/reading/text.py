"""Text files as lines of cells: encoding, separator and quotes are found out, not asked for."""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import Final

from estate_registry.imports.reading.limits import COLUMNS_MAX, ROWS_MAX
from estate_registry.imports.reading.refusals import EncodingUnknown, FormatUnknown, TooManyCells

__all__ = ["decode", "read_text"]

Line = tuple[int, Sequence[str]]

_MARKS: Final = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_SEPARATORS: Final = {",": "csv", "|": "psv", "\t": "tsv", ";": "csv", "，": "csv"}
_SAMPLE_LINES: Final = 50
_CELL_MAX: Final = 1_000_000


def decode(content: bytes) -> tuple[str, str]:
    """Return the text of a file and its encoding; raise EncodingUnknown or FormatUnknown."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decoded(content, encoding), encoding
    if b"\0" in content:
        raise FormatUnknown
    try:
        return content.decode("utf-8"), "utf-8"
    except UnicodeDecodeError:
        # GB 18030 reads everything that GBK and GB 2312 can write.
        return _decoded(content, "gb18030"), "gb18030"


def _decoded(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as broken:
        raise EncodingUnknown(position=broken.start) from broken


def read_text(text: str) -> tuple[str, list[Line]]:
    """Return the kind of a text file (csv, psv, tsv) and its lines that are not blank.

    Raises TooManyCells.
    """
    separator = _separator(text)
    lines = _within_limits(_lines(text, separator))
    return _SEPARATORS[separator], lines


def _separator(text: str) -> str:
    """Return the separator that cuts the first lines most evenly into most cells."""
    sample = [line for line in text.splitlines()[:_SAMPLE_LINES] if line.strip()]
    return max(_SEPARATORS, key=lambda separator: _evenness(sample, separator))


def _evenness(sample: Sequence[str], separator: str) -> int:
    """Return how many cells the commonest cut gives, counted over the lines cut so."""
    counts = Counter(line.count(separator) for line in sample)
    return max((count * lines for count, lines in counts.items()), default=0)


def _lines(text: str, separator: str) -> Iterator[Line]:
    """Return lines with their numbers; a file with stray quotes is read without quotes.

    Else a stray quote would swallow the lines after it.
    """
    csv.field_size_limit(_CELL_MAX)
    read = _quoted if _quotes_hold(text, separator) else _unquoted
    return (line for line in read(text, separator) if _filled(line[1]))


def _quotes_hold(text: str, separator: str) -> bool:
    """Say whether every quote closes, and none that closes on a later line holds whole lines of the list."""
    if '"' not in text:
        return True
    try:
        widths = {number: len(cells) for number, cells in _quoted(text, separator) if cells}
    except csv.Error:
        return False
    pieces: defaultdict[int, list[int]] = defaultdict(list)
    first = 0
    for number, cells in _unquoted(text, separator):
        first = number if number in widths else first
        if len(cells) > 1 or _filled(cells):
            pieces[first].append(len(cells))
    usual = _usual(list(widths.values()))
    return not any(len(found) > 1 and usual.issuperset(found) for found in pieces.values())


def _usual(widths: Sequence[int]) -> set[int]:
    """Return how many cells the header and most lines have; one cell tells nothing of where a line ends."""
    return {widths[0], Counter(widths).most_common(1)[0][0]} - {1}


def _quoted(text: str, separator: str) -> Iterator[Line]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    number = 1
    for cells in reader:
        yield number, cells
        number = reader.line_num + 1


def _unquoted(text: str, separator: str) -> Iterator[Line]:
    plain = csv.reader(io.StringIO(text, newline=None), delimiter=separator, quoting=csv.QUOTE_NONE)
    for number, cells in enumerate(plain, start=1):
        yield number, [cell.strip('"') for cell in cells]


def _filled(cells: Sequence[str]) -> bool:
    return any(cell.strip() for cell in cells)


def _within_limits(lines: Iterator[Line]) -> list[Line]:
    taken: list[Line] = []
    for line in lines:
        if len(taken) >= ROWS_MAX or len(line[1]) > COLUMNS_MAX:
            raise TooManyCells(rows=ROWS_MAX, columns=COLUMNS_MAX)
        taken.append(line)
    return taken
