"""The report of an import as a file: one line a finding, for a clerk's spreadsheet.

Written page by page, so that a long report is never held whole as objects. A cell that a spreadsheet would
run as a formula is written as the text it is.
"""

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Final, Protocol

import xlsxwriter

from estate_registry.imports.queries import FindingView

__all__ = ["CsvReport", "Report", "XlsxReport"]

_HEADERS: Final = {
    "zh": ("行号", "结果", "小区编码", "字段", "原值", "处理", "建议"),
    "en": ("row", "outcome", "estate code", "field", "value", "what was done", "what to do"),
}
_OUTCOMES: Final = {"taken": "登记", "repaired": "修正后登记", "refused": "未登记", "unchanged": "未变化"}
_FIELDS: Final = {
    "external_id": "编号",
    "name": "名称",
    "type": "类型",
    "territory": "区划代码",
    "town": "镇（街道）",
    "community": "社区",
    "address": "地址",
    "year_built": "建成年份",
    "area": "建筑面积",
    "buildings": "楼栋数",
    "households": "户数",
    "three_no": "三无小区",
    "fee": "物业费",
    "operator": "物业单位",
}
_WIDTHS: Final = (8, 12, 20, 12, 36, 40, 40)
_MARK: Final = "\N{ZERO WIDTH NO-BREAK SPACE}"
# What a spreadsheet takes for the beginning of a formula.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")


class Report(Protocol):
    """A report being written; both kinds are used alike."""

    media_type: str
    ending: str

    def write(self, lines: Iterable[FindingView]) -> None:
        """Add findings."""

    def finish(self) -> bytes:
        """Return the file."""


class CsvReport:
    """Csv in UTF-8 with a mark, so that every spreadsheet reads the Chinese."""

    media_type = "text/csv; charset=utf-8"
    ending = "csv"

    def __init__(self, *, language: str) -> None:
        """Write the mark and the header."""
        self._language = language
        self._text = io.StringIO(newline="")
        self._text.write(_MARK)
        self._writer = csv.writer(self._text)
        self._writer.writerow(_HEADERS[language])

    def write(self, lines: Iterable[FindingView]) -> None:
        """Add findings, each cell guarded against being run as a formula."""
        for line in lines:
            self._writer.writerow([_guarded(cell) for cell in _cells(line, self._language)])

    def finish(self) -> bytes:
        """Return the file."""
        return self._text.getvalue().encode()


class XlsxReport:
    """A workbook, written row by row and never held whole."""

    media_type = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    ending = "xlsx"

    def __init__(self, *, language: str) -> None:
        """Open the workbook and write the header."""
        options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
        self._language = language
        self._content = io.BytesIO()
        self._book = xlsxwriter.Workbook(self._content, options)
        self._sheet = self._book.add_worksheet("report")
        self._sheet.freeze_panes(1, 0)
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        self._rows = 0
        self._row(_HEADERS[language])

    def write(self, lines: Iterable[FindingView]) -> None:
        """Add findings, each cell as text."""
        for line in lines:
            self._row(_cells(line, self._language))

    def finish(self) -> bytes:
        """Return the file."""
        self._book.close()
        return self._content.getvalue()

    def _row(self, cells: Sequence[str]) -> None:
        for column, cell in enumerate(cells):
            self._sheet.write_string(self._rows, column, cell)
        self._rows += 1


def _cells(line: FindingView, language: str) -> tuple[str, ...]:
    chinese = language == "zh"
    outcome = line.outcome.value
    return (
        str(line.line),
        _OUTCOMES[outcome] if chinese else outcome,
        line.estate_code or "",
        _FIELDS.get(line.field, line.field) if chinese else line.field,
        line.value,
        line.done,
        line.to_do,
    )


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell
