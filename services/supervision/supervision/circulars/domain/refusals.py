"""What a circular does not admit."""

from shared.kernel import Conflict, NotAllowed, NotFound

__all__ = [
    "CircularInPreparation",
    "CircularNotFound",
    "DistrictNotNamed",
    "FactCheckRunning",
    "NothingToReport",
    "PeriodAhead",
    "UnitNotNamed",
]


class CircularNotFound(NotFound):
    """There is no such circular, or it is not published and the caller does not prepare circulars."""

    zh = "没有编号为“{id}”的通报，或尚未发布。请核对编号。"
    en = "There is no circular '{id}', or it is not published yet. Check the id."


class DistrictNotNamed(NotAllowed):
    """A circular is a district's (6 digits)."""

    zh = "通报由区（县）督查室发布，请在 territory 中填写 6 位区划代码（现为“{territory}”）。"
    en = "A circular is issued by a district: give its 6-digit code in `territory` (it is '{territory}')."


class PeriodAhead(Conflict):
    """The period has not begun."""

    zh = "通报期间“{period}”尚未开始，请填写已开始的期间。"
    en = "The period '{period}' has not begun. Name one that has."


class CircularInPreparation(Conflict):
    """Progress, ranking and result of a period are prepared one at a time; a supplement may follow."""

    zh = "“{period}”的此类通报正在办理，尚未发布。请在原通报上重新起草，或填写其他期间。"
    en = "A circular of this kind for '{period}' is being prepared. Redraft that one, or name another period."


class NothingToReport(Conflict):
    """No unit or estate fits the kind of circular."""

    zh = "截至 {as_of}，没有符合此类通报条件的单位，无需起草。"
    en = "As of {as_of} no unit fits a circular of this kind; there is nothing to draft."


class FactCheckRunning(Conflict):
    """The named units still have time to check the facts (SU-05)."""

    zh = "被点名单位的事实核对期到 {until} 为止，期满后才能签发。"
    en = "The named units have until {until} to check the facts. Sign after that."


class UnitNotNamed(Conflict):
    """Only who is named replies to a circular."""

    zh = "该通报没有点名“{code}”，请核对单位代码或统一社会信用代码。"
    en = "The circular does not name '{code}'. Check the code of the unit or company."
