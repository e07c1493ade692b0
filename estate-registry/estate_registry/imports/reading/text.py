"""Text files as lines of cells: encoding, separator and quotes are found out, not asked for."""

import csv
import io
from collections import Counter
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
    """Yield lines with their numbers; a file whose quotes do not close is read without quotes.

    Else a quote left open would swallow every line after it.
    """
    if _quotes_close(text, separator):
        yield from _cut(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    else:
        plain = io.StringIO(text, newline=None)
        yield from _cut(csv.reader(plain, delimiter=separator, quoting=csv.QUOTE_NONE))


def _quotes_close(text: str, separator: str) -> bool:
    if '"' not in text:
        return True
    try:
        for _ in csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True):
            pass
    except csv.Error:
        return False
    return True


def _cut(reader: "csv._reader") -> Iterator[Line]:  # type: ignore[name-defined]  # the type has no public name
    csv.field_size_limit(_CELL_MAX)
    number = 1
    for cells in reader:
        if any(cell.strip() for cell in cells):
            yield number, cells
        number = reader.line_num + 1


def _within_limits(lines: Iterator[Line]) -> list[Line]:
    taken: list[Line] = []
    for line in lines:
        if len(taken) >= ROWS_MAX or len(line[1]) > COLUMNS_MAX:
            raise TooManyCells(rows=ROWS_MAX, columns=COLUMNS_MAX)
        taken.append(line)
    return taken
