import csv
import io
from collections.abc import Awaitable, Callable
from typing import Any

import httpx
from python_calamine import CalamineWorkbook

from shared.identity import Role
from shared.testing import as_role

OFFICER = as_role(Role.AUTHORITY_OFFICER)
TOWN_OFFICER = as_role(Role.TOWN_OFFICER, "610703001")
TakeIn = Callable[..., Awaitable[dict[str, Any]]]


async def test_the_report_is_a_csv_that_no_spreadsheet_runs(
    client: httpx.AsyncClient, take_in: TakeIn
) -> None:
    view = await take_in(
        '名称,户数\n=cmd|1,"=HYPERLINK(""http://x.test"")"\n@SUM,-5\n'.encode(), territory="610703001"
    )

    response = await client.get(view["report_csv"], headers=OFFICER)

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert "attachment" in response.headers["content-disposition"]
    assert response.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"))))
    assert rows[0] == ["行号", "结果", "小区编码", "字段", "原值", "处理", "建议"]
    assert [row[4] for row in rows[1:]] == ['\'=HYPERLINK("http://x.test")', "'-5"]
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)


async def test_the_report_is_a_workbook_too_in_the_reader_s_language(
    client: httpx.AsyncClient, take_in: TakeIn
) -> None:
    view = await take_in("名称,户数\n汉山小区,=1+1\n".encode(), territory="610703001")

    response = await client.get(view["report_xlsx"], headers={**OFFICER, "accept-language": "en"})

    rows = CalamineWorkbook.from_filelike(io.BytesIO(response.content)).get_sheet_by_index(0).to_python()
    assert rows[0][0] == "row"
    assert rows[1][:5] == ["2", "repaired", "610703001-0001-4", "households", "=1+1"]
