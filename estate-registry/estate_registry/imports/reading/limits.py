"""How large a list may be. A city has some thousand estates."""

from typing import Final

__all__ = ["COLUMNS_MAX", "FILE_MAX_BYTES", "PARTS_MAX", "ROWS_MAX", "UNPACKED_MAX_BYTES"]

FILE_MAX_BYTES: Final = 16 * 1024 * 1024
ROWS_MAX: Final = 20_000
COLUMNS_MAX: Final = 60
# What a workbook may unpack to, and into how many parts.
UNPACKED_MAX_BYTES: Final = 128 * 1024 * 1024
PARTS_MAX: Final = 1_000
