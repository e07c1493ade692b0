"""What is refused about credit items."""

from shared.kernel import Conflict, NotAllowed, NotFound

__all__ = [
    "CreditItemNotFound",
    "FactInTheFuture",
    "FactNeedsKey",
    "FactPunishedAlready",
    "RecorderMayNotConfirm",
    "UnitMayNotRecord",
]


class CreditItemNotFound(NotFound):
    """No credit item has this id, or not within the caller's territory."""

    zh = "没有编号为 {id} 的信用项目，请核对编号。"
    en = "There is no credit item {id}. Check the number."


class UnitMayNotRecord(NotAllowed):
    """The recorder's unit is not one that may record the item (CR-04)."""

    zh = "信用项目 {code} 应由 {recorders} 记录，您所在单位（{unit}）不能记录。请将线索转交相应单位。"
    en = "Item {code} is recorded by {recorders}, not by {unit}. Hand the matter to one of them."


class RecorderMayNotConfirm(NotAllowed):
    """The person who recorded an item wants to confirm it."""

    zh = "记录人不能确认自己记录的信用项目（四眼原则），请由另一人确认。"
    en = "Whoever recorded an item may not confirm it. Have another person confirm it."


class FactNeedsKey(Conflict):
    """A bad item does not say which fact it punishes, so nothing could keep it from being punished twice."""

    zh = "不良信息 {code} 须填写事实编号 fact_key（如案件号、文书号），以免一事多罚。"
    en = "Bad item {code} needs a fact_key (a case or document number), so that a fact is punished once."


class FactPunishedAlready(Conflict):
    """The fact has an item already that weighs as much or more (CR-05)."""

    zh = "同一事实（{fact_key}）已记 {code}，一事只计最高一项，不再重复记录。"
    en = "The fact {fact_key} counts as {code} already; one fact counts once, by its highest item."


class FactInTheFuture(Conflict):
    """The fact is said to have happened on a day that has not come."""

    zh = "事实发生日 {occurred_on} 尚未到来，请核对日期。"
    en = "The fact is dated {occurred_on}, a day that has not come. Check the date."
