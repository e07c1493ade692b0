from estate_registry.imports.domain.columns import Field, FoundBy, Layout, detect_layout


def layout_of(*lines: str) -> Layout | None:
    return detect_layout([(number, line.split("|")) for number, line in enumerate(lines, start=1)])


def fields(layout: Layout | None) -> list[Field | None]:
    assert layout is not None
    return [column.field for column in layout.columns]


def test_a_header_is_read_by_any_of_its_usual_names() -> None:
    layout = layout_of(
        "序号|小区名称*|所属镇（街道）|建成年代|楼栋数(栋)|总户数|备注", "1|汉山小区|汉山街道|1990|2|40|"
    )

    assert fields(layout) == [
        None,
        Field.NAME,
        Field.TOWN,
        Field.YEAR_BUILT,
        Field.BUILDINGS,
        Field.HOUSEHOLDS,
        None,
    ]
    assert layout is not None
    assert layout.header_line == 1
    assert {column.found_by for column in layout.columns} == {FoundBy.HEADER}


def test_a_header_below_a_title_is_found() -> None:
    layout = layout_of("某某街道小区台账||", "名称|地址|户数", "汉山小区|汉山路1号|40")

    assert layout is not None
    assert layout.header_line == 2
    assert fields(layout) == [Field.NAME, Field.ADDRESS, Field.HOUSEHOLDS]


def test_english_headers_are_known_too() -> None:
    assert fields(layout_of("id|Name|Address|year_built", "1|a|b|1990")) == [
        Field.EXTERNAL_ID,
        Field.NAME,
        Field.ADDRESS,
        Field.YEAR_BUILT,
    ]


def test_of_two_columns_for_one_field_the_more_telling_one_is_taken() -> None:
    assert fields(layout_of("名称|类型|类型名", "a|120302|住宅区")) == [Field.NAME, None, Field.TYPE]


def test_a_header_in_ten_thousands_scales_the_plain_numbers_below_it() -> None:
    layout = layout_of("名称|建筑面积（万平方米）", "a|1.2")

    assert layout is not None
    assert layout.cells(["a", "1.2"])[Field.AREA] == "1.2万"
    assert layout.cells(["a", "12000平方米"])[Field.AREA] == "12000平方米"


def test_without_a_header_the_values_say_what_a_column_is() -> None:
    layout = layout_of(
        *(
            f"11110273{n:05d}|{name}|https://x.test/{n}|{n}|19{80 + n}年|0.{n}元/平米/月|某物业|{n}栋|{n}0户"
            for n, name in enumerate(("华龙院", "新景院", "兴隆园", "新奥洋房", "左安园"), start=1)
        )
    )

    assert fields(layout) == [
        Field.EXTERNAL_ID,
        Field.NAME,
        None,
        None,
        Field.YEAR_BUILT,
        Field.FEE,
        Field.OPERATOR,
        Field.BUILDINGS,
        Field.HOUSEHOLDS,
    ]
    assert layout is not None
    assert layout.header_line == 0
    assert {column.found_by for column in layout.columns} == {FoundBy.SHAPE}


def test_a_list_in_which_nothing_looks_like_a_name_has_no_layout() -> None:
    assert layout_of("1|2|3", "4|5|6") is None


def test_a_column_of_names_alone_is_a_list() -> None:
    assert fields(layout_of("小区名称", "汉山小区")) == [Field.NAME]


def test_what_a_line_has_beyond_the_columns_is_told() -> None:
    layout = layout_of("名称|地址", "a|b")

    assert layout is not None
    assert layout.beyond(["a", "b", " c ", "", "d"]) == "c   d"
    assert layout.cells(["a"]) == {Field.NAME: "a"}
