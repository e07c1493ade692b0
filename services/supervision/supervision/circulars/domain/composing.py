"""What a circular says, written from figures and findings. Only units, companies and counts are named."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cmp_to_key
from typing import Final

from supervision.circulars.domain.circular import Content, Finding, Line, Named
from supervision.circulars.domain.refusals import NothingToReport
from supervision.circulars.domain.spans import Span
from supervision.circulars.domain.states import Kind
from supervision.counts.domain import Figures, TownFigures, total

__all__ = ["Material", "compose"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Material:
    """Towns and findings as of a day, and the names of units and companies by code."""

    as_of: date
    span: Span
    towns: Sequence[TownFigures]
    findings: Sequence[Finding]
    names: Mapping[str, str]

    def name(self, code: str) -> str:
        """Return the name of a unit or company, or its code where nobody told it."""
        return self.names.get(code, code)


def compose(kind: Kind, material: Material) -> Content:
    """Write a circular of a kind; raise NothingToReport when no unit fits it."""
    content = _WRITERS[kind](material)
    if not content.lines:
        raise NothingToReport(as_of=material.as_of.isoformat())
    return content


def _progress(material: Material) -> Content:
    sums = total(material.towns)
    lines = [_line(material, town, place=None) for town in material.towns]
    sentences = [
        f"截至{_day(material.as_of)}，全区登记老旧小区{sums.estates}个、{sums.households}户，",
        f"有服务主体的{sums.served_households}户，覆盖率{sums.coverage.percent}；",
        f"其中由物业企业、准物业或业主自治服务的{sums.serviced_households}户，",
        f"占{sums.service_coverage.percent}。",
        f"已办结诉求{sums.complaints_resolved}件，按期办结率{sums.complaints_on_time.percent}，",
        f"超期未结{sums.complaints_overdue}件。联席会议交办事项{sums.items}项，",
        f"逾期未结{sums.items_overdue}项，占{sums.overdue_items.percent}。",
    ]
    return _by_town(material, lines, title="工作进展情况", opening="".join(sentences))


def _ranking(material: Material) -> Content:
    return _ranked(material, title="工作排名情况")


def _result(material: Material) -> Content:
    return _ranked(material, title="工作年度结果")


def _praise(material: Material) -> Content:
    towns = [town for town in material.towns if _is_praiseworthy(town.figures)]
    lines = [_line(material, town, place=None) for town in towns]
    opening = "下列单位承担的联席会议交办事项全部按期办结，现予通报表扬。"
    return _by_town(material, lines, title="交办事项按期办结单位表扬", opening=opening)


def _is_praiseworthy(figures: Figures) -> bool:
    """Say whether every duty in a town was seen done in time, and there was one."""
    return 0 < figures.items == figures.items_verified_on_time


def _ranked(material: Material, *, title: str) -> Content:
    """Rank the towns: the smaller share of overdue duties first, then the greater coverage."""
    order = sorted(material.towns, key=cmp_to_key(_compare))
    lines: list[Line] = []
    for position, town in enumerate(order):
        level = position > 0 and _standing(town, order[position - 1]) == 0
        place = lines[-1].place if level else position + 1
        lines.append(_line(material, town, place=place))
    opening = (
        f"截至{_day(material.as_of)}，按联席会议交办事项逾期占比由低到高、"
        "物业服务覆盖率由高到低，各镇（街道）排名如下。"
    )
    return _by_town(material, lines, title=title, opening=opening)


def _compare(one: TownFigures, other: TownFigures) -> int:
    return _standing(one, other) or (one.territory > other.territory) - (one.territory < other.territory)


def _standing(one: TownFigures, other: TownFigures) -> int:
    """Return less than 0 when the one stands before the other, 0 when both are level; exact, by T-05."""
    overdue, overdue_other = one.figures.overdue_items, other.figures.overdue_items
    covered, covered_other = one.figures.service_coverage, other.figures.service_coverage
    by_overdue = (overdue_other < overdue) - (overdue < overdue_other)
    return by_overdue or (covered < covered_other) - (covered_other < covered)


def _criticism(material: Material) -> Content:
    """Name every unit that owes an overdue duty, and every company whose duty it is."""
    by_unit = Counter(finding.unit for finding in material.findings)
    by_org = Counter(finding.org for finding in material.findings if finding.org)
    units = [Named(kind="unit", code=code) for code in sorted(by_unit)]
    orgs = [Named(kind="org", code=code) for code in sorted(by_org)]
    counts = by_unit + by_org
    lines = [
        Line(code=named.code, name=material.name(named.code), figures={"items_overdue": counts[named.code]})
        for named in (*units, *orgs)
    ]
    opening = (
        f"截至{_day(material.as_of)}，下列单位承担的联席会议交办事项经催办仍逾期未办结，现予通报批评。"
        "请立即整改，并书面反馈结果。"
    )
    return Content(
        as_of=material.as_of,
        title=_title(material, "交办事项逾期未办结"),
        body=_body(opening, [f"{line.name}：{line.figures['items_overdue']}项" for line in lines]),
        lines=lines,
        named=[*units, *orgs],
        findings=material.findings,
    )


def _by_town(material: Material, lines: Sequence[Line], *, title: str, opening: str) -> Content:
    return Content(
        as_of=material.as_of,
        title=_title(material, title),
        body=_body(opening, [_sentence(line) for line in lines]),
        lines=lines,
        named=[Named(kind="unit", code=line.code) for line in lines],
    )


def _line(material: Material, town: TownFigures, *, place: int | None) -> Line:
    code = f"{town.territory}:town"
    figures = town.figures
    return Line(
        code=code,
        name=material.name(code),
        place=place,
        figures={
            "estates": figures.estates,
            "households": figures.households,
            "served_households": figures.served_households,
            "serviced_households": figures.serviced_households,
            "complaints_resolved": figures.complaints_resolved,
            "complaints_resolved_on_time": figures.complaints_resolved_on_time,
            "complaints_overdue": figures.complaints_overdue,
            "items": figures.items,
            "items_overdue": figures.items_overdue,
            "subsidies_paid_fen": figures.subsidies_paid_fen,
        },
    )


def _sentence(line: Line) -> str:
    figures = Figures(**line.figures)
    rank = f"第{line.place}名　" if line.place is not None else ""
    return (
        f"{rank}{line.name}：小区{figures.estates}个、{figures.households}户，"
        f"物业服务覆盖率{figures.service_coverage.percent}；诉求按期办结率{figures.complaints_on_time.percent}；"
        f"交办事项{figures.items}项，逾期{figures.items_overdue}项，占{figures.overdue_items.percent}"
    )


def _title(material: Material, matter: str) -> str:
    return f"关于{material.span.zh}老旧小区物业服务{matter}的通报"


def _body(opening: str, sentences: Sequence[str]) -> str:
    return "\n".join([opening, *(f"{number}、{text}。" for number, text in enumerate(sentences, start=1))])


def _day(day: date) -> str:
    return f"{day.year}年{day.month}月{day.day}日"


_WRITERS: Final[Mapping[Kind, Callable[[Material], Content]]] = {
    Kind.PROGRESS: _progress,
    Kind.RANKING: _ranking,
    Kind.CRITICISM: _criticism,
    Kind.RESULT: _result,
    Kind.PRAISE: _praise,
}
