"""A file as lines of cells, whatever kind it is: csv, psv, tsv or xlsx, in any usual encoding."""

from estate_registry.imports.reading.files import FILE_MAX_BYTES, ListFile, read_list
from estate_registry.imports.reading.refusals import (
    EncodingUnknown,
    FileEmpty,
    FormatUnknown,
    NoNameColumn,
    TooManyCells,
    WorkbookUnreadable,
    WorkbookUnsafe,
)

__all__ = [
    "FILE_MAX_BYTES",
    "EncodingUnknown",
    "FileEmpty",
    "FormatUnknown",
    "ListFile",
    "NoNameColumn",
    "TooManyCells",
    "WorkbookUnreadable",
    "WorkbookUnsafe",
    "read_list",
]
