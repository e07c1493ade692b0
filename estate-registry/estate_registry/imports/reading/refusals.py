"""Files that cannot be taken, and what to do about each."""

from shared.kernel import Conflict

__all__ = [
    "EncodingUnknown",
    "FileEmpty",
    "FormatUnknown",
    "NoNameColumn",
    "TooManyCells",
    "WorkbookUnreadable",
    "WorkbookUnsafe",
]


class FileEmpty(Conflict):
    """There is no row in the file."""

    zh = "文件中没有任何数据行。请确认选对了文件和工作表（只读取第一个可见的工作表）。"
    en = "The file has no row. Make sure it is the right file and sheet (the first visible one is read)."


class EncodingUnknown(Conflict):
    """The text is neither UTF-8 nor UTF-16 nor GB 18030."""

    zh = "无法识别文件的编码（第 {position} 个字节起）。请用 UTF-8 或 GBK 另存后重新导入。"
    en = "The encoding is not known (from byte {position} on). Save it as UTF-8 or GBK, then import it again."


class FormatUnknown(Conflict):
    """The file is neither text nor a workbook of the present format."""

    zh = "无法识别的文件格式。请另存为 xlsx 或 csv 后重新导入（旧版 xls、pdf、图片不能导入）。"
    en = "The format is not known. Save the list as xlsx or csv (old xls, pdf and pictures cannot be read)."


class WorkbookUnreadable(Conflict):
    """The workbook is damaged or locked by a password."""

    zh = "工作簿已损坏或设有密码，无法读取。请去掉密码，另存为新的 xlsx 后重新导入。"
    en = "The workbook is damaged or locked. Take the password off and save it anew as xlsx."


class WorkbookUnsafe(Conflict):
    """The workbook would unpack to more than is allowed."""

    zh = "工作簿解压后超过 {limit_mb} MB 或结构异常。请只保留数据，另存为 csv 后重新导入。"
    en = "Unpacked, the workbook is over {limit_mb} MB or oddly built. Save the data alone as csv."


class TooManyCells(Conflict):
    """The list is longer or wider than is taken at once."""

    zh = "列表过大：最多 {rows} 行、{columns} 列。请拆分后分批导入；若实际没有这么多，请删除空白行列后另存。"
    en = "The list is too large: at most {rows} rows and {columns} columns. Split it, or delete blank ones."


class NoNameColumn(Conflict):
    """No column could be told to hold the names."""

    zh = "找不到小区名称所在的列。请在第一行写明列名（至少有“小区名称”），再重新导入。"
    en = "No column of names was found. Write a header in the first line (at least 小区名称 or name)."
