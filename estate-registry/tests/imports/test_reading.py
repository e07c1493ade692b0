import io
import struct
import zipfile
import zlib
from contextlib import suppress

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from estate_registry.imports.reading import (
    EncodingUnknown,
    FileEmpty,
    FormatUnknown,
    NoNameColumn,
    TooManyCells,
    WorkbookUnreadable,
    WorkbookUnsafe,
    read_list,
)
from estate_registry.imports.reading.limits import ROWS_MAX
from estate_registry.imports.reading.text import read_text
from shared.kernel import Refusal

HEADER = "名称,地址,户数\n"


def workbook(*rows: tuple[object, ...], hidden_first: bool = False) -> bytes:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    if hidden_first:
        hidden = book.add_worksheet("hidden")
        hidden.write_row(0, 0, ["名称", "户数"])
        hidden.hide()
    sheet = book.add_worksheet("list")
    sheet.activate()
    sheet.set_first_sheet()
    for number, row in enumerate(rows):
        sheet.write_row(number, 0, row)
    book.close()
    return content.getvalue()


@pytest.mark.parametrize(
    ("encoding", "told"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("gbk", "gb18030"),
        ("gb18030", "gb18030"),
        ("utf-16", "utf-16"),
    ],
)
def test_the_encoding_is_found_out(encoding: str, told: str) -> None:
    file = read_list(f"{HEADER}汉山小区,汉山路1号,40\n".encode(encoding))

    assert (file.encoding, file.rows) == (told, [(2, ["汉山小区", "汉山路1号", "40"])])
    assert file.layout.columns[0].header == "名称"


@pytest.mark.parametrize(("separator", "kind"), [(",", "csv"), ("|", "psv"), ("\t", "tsv"), (";", "csv")])
def test_the_separator_is_found_out(separator: str, kind: str) -> None:
    file = read_list(f"{HEADER}汉山小区,汉山路1号,40\n".replace(",", separator).encode())

    assert (file.format, file.rows) == (kind, [(2, ["汉山小区", "汉山路1号", "40"])])


def test_blank_lines_are_no_rows_but_keep_their_numbers() -> None:
    file = read_list(f"\n{HEADER}\n,,\n汉山小区,,\r\n\r\n城东小区,,\n".encode())

    assert [number for number, _ in file.rows] == [5, 7]


def test_a_cell_over_two_lines_counts_them_both() -> None:
    file = read_list(f'{HEADER}汉山小区,"汉山路\n1号",40\n城东小区,b,2\n'.encode())

    assert file.rows == [(2, ["汉山小区", "汉山路\n1号", "40"]), (4, ["城东小区", "b", "2"])]


def test_a_quote_left_open_swallows_no_line() -> None:
    file = read_list(f'{HEADER}"汉山小区,a,1\n城东小区,b,2\n城西小区,c,3\n'.encode())

    assert [number for number, _ in file.rows] == [2, 3, 4]


def test_stray_quotes_that_close_on_a_later_line_swallow_no_line() -> None:
    rows = '东苑,"北街1号,200\n\n西苑,北街2号,300\n南苑,西街3号",400\n北苑,d,500\n'

    file = read_list(f"{HEADER}{rows}".encode())

    assert file.rows == [
        (2, ["东苑", "北街1号", "200"]),
        (4, ["西苑", "北街2号", "300"]),
        (5, ["南苑", "西街3号", "400"]),
        (6, ["北苑", "d", "500"]),
    ]


@pytest.mark.parametrize("address", ["汉山路\n1号", "汉山路\n\n1号,东门", "汉山路\n1号\n东门"])
def test_a_list_whose_every_address_has_lines_keeps_them(address: str) -> None:
    file = read_list((HEADER + f'汉山小区,"{address}",40\n' * 3).encode())

    assert [cells for _, cells in file.rows] == [["汉山小区", address, "40"]] * 3


@given(st.lists(st.lists(st.text('"ab ', max_size=4), min_size=3, max_size=3), max_size=12))
def test_no_line_is_lost_to_stray_quotes(rows: list[list[str]]) -> None:
    _, lines = read_text(HEADER + "\n".join(",".join(row) for row in rows))

    filled = {
        number
        for number, row in enumerate(rows, start=2)
        if any(cell.replace('"', "").strip() for cell in row)
    }
    assert filled <= {number for number, _ in lines}


@given(
    st.lists(
        st.lists(st.text(st.characters(exclude_characters="\r\n\0"), max_size=8), min_size=3, max_size=3),
        max_size=20,
    )
)
def test_no_line_with_anything_in_it_is_lost(rows: list[list[str]]) -> None:
    text = "\n".join(",".join(cell.replace(",", " ") for cell in row) for row in rows)

    _, lines = read_text(text)

    filled = [
        number
        for number, row in enumerate(rows, start=1)
        if any(cell.replace('"', "").strip() for cell in row)
    ]
    assert set(filled) <= {number for number, _ in lines}


def test_a_workbook_is_read_as_a_person_sees_it() -> None:
    content = workbook(
        ("名称", "户数", "面积", "三无"),
        ("汉山小区", 300.0, 1250.5, True),
        (None, None, None, None),
        ("城东小区", "40户", 80, False),
        hidden_first=True,
    )

    file = read_list(content)

    assert (file.format, file.encoding) == ("xlsx", None)
    assert file.rows == [(2, ["汉山小区", "300", "1250.5", "是"]), (4, ["城东小区", "40户", "80", "否"])]


@pytest.mark.parametrize(
    ("content", "refusal"),
    [
        (b"", FileEmpty),
        (b"\n \n", FileEmpty),
        (HEADER.encode(), FileEmpty),
        (b"%PDF-1.7 ...", FormatUnknown),
        (b"\xd0\xcf\x11\xe0 old workbook", FormatUnknown),
        (b"\x01\x02\0\x03", FormatUnknown),
        (b"name,\xff\xff\xff\n", EncodingUnknown),
        (b"1,2,3\n4,5,6\n", NoNameColumn),
        (b"PK\x03\x04 not a zip at all", WorkbookUnreadable),
    ],
)
def test_what_is_no_list_is_refused_with_the_reason(content: bytes, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        read_list(content)


def test_a_truncated_workbook_is_refused() -> None:
    whole = workbook(("名称", "户数"), ("汉山小区", 300))

    for size in range(4, len(whole), 997):
        with pytest.raises(WorkbookUnreadable):
            read_list(whole[:size])


def test_a_workbook_that_is_another_zip_is_refused() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("readme.txt", "hello")

    with pytest.raises(WorkbookUnreadable):
        read_list(content.getvalue())


def test_a_zip_bomb_is_measured_by_unpacking_not_by_what_it_says() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(140 * 1024 * 1024)) + packer.flush()
    name = b"xl/media/image1.png"
    local = struct.pack("<4s5H3I2H", b"PK\x03\x04", 20, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0)
    central = struct.pack(
        "<4s6H3I5H2I", b"PK\x01\x02", 20, 20, 0, 8, 0, 0, 0, len(packed), 10, len(name), 0, 0, 0, 0, 0, 0
    )
    body = local + name + packed
    end = struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, 1, 1, len(central) + len(name), len(body), 0)

    with pytest.raises(WorkbookUnsafe):
        read_list(body + central + name + end)


def test_one_cell_far_out_is_not_made_room_for() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content)
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["名称", "户数"])
    sheet.write(1_048_575, 16_383, "x")
    book.close()

    with pytest.raises(TooManyCells):
        read_list(content.getvalue())


def test_a_list_over_the_limit_is_refused_whole() -> None:
    text = HEADER + "汉山小区,a,1\n" * ROWS_MAX

    with pytest.raises(TooManyCells):
        read_list(text.encode())


WHOLE = workbook(("名称", "户数"), *((f"第{number}小区", number) for number in range(30)))


@given(st.lists(st.tuples(st.integers(0, len(WHOLE) - 1), st.integers(0, 255)), min_size=1, max_size=6))
def test_a_damaged_workbook_is_read_or_refused_never_a_fault(flips: list[tuple[int, int]]) -> None:
    damaged = bytearray(WHOLE)
    for place, value in flips:
        damaged[place] = value

    with suppress(Refusal):
        assert read_list(bytes(damaged)).rows


@given(st.binary(max_size=80))
def test_any_bytes_are_read_or_refused_never_a_fault(content: bytes) -> None:
    with suppress(Refusal):
        assert read_list(content).rows


@pytest.mark.parametrize(("offset", "value"), [(8, 1), (10, 12)])
def test_a_part_that_is_locked_or_packed_another_way_is_refused(offset: int, value: int) -> None:
    damaged = bytearray(WHOLE)
    central = damaged.index(b"PK\x01\x02")
    damaged[central + offset] = value

    with pytest.raises(WorkbookUnreadable):
        read_list(bytes(damaged))
