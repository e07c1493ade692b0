"""What a duty does not admit."""

from shared.kernel import Conflict, NotAllowed, NotFound

__all__ = [
    "CaseNotOnAgenda",
    "DeadlineOutOfRange",
    "ItemNotFound",
    "NotTheChair",
    "NotTheCheckPerson",
    "NotTheResponsible",
    "ObjectionTooLate",
    "SamePersonVerifies",
]


class ItemNotFound(NotFound):
    """There is no such item, or the caller has nothing to do with it."""

    zh = "没有找到该交办事项，或它不在您的职责范围内。请核对编号。"
    en = "There is no such resolution item within your reach. Check its number."


class CaseNotOnAgenda(Conflict):
    """A meeting decides about the cases that were laid before it."""

    zh = "该诉求不在这次联席会议的议题中，不能据此交办。请选择会议所列的诉求。"
    en = "The case was not laid before this meeting. Choose one of its cases."


class DeadlineOutOfRange(Conflict):
    """A deadline lies ahead, and not too far (J-09)."""

    zh = "办理期限须晚于现在，且不晚于 {latest}。请重新填写。"
    en = "A deadline lies in the future and not after {latest}. Choose another."


class NotTheResponsible(NotAllowed):
    """The duty is another one's."""

    zh = "该事项由 {responsible} 负责，请由其人员办理。"
    en = "The item is a duty of {responsible}. Its people act on it."


class ObjectionTooLate(Conflict):
    """A duty is objected to once, and in time (J-11)."""

    zh = "每个事项只能在 {until} 之前提出一次异议，现已不能提出。请接受并办理。"
    en = "An item is objected to once, until {until}. It is too late now: accept it and act."


class NotTheChair(NotAllowed):
    """The chair of the meeting decides on an objection (J-11)."""

    zh = "异议由该次会议的主持人决定，请由主持人办理。"
    en = "The chair of the meeting decides on an objection."


class NotTheCheckPerson(NotAllowed):
    """The minutes name who checks (J-09)."""

    zh = "该事项的核查人是 {check_person}，请由核查人办理。"
    en = "The item is checked by {check_person}."


class SamePersonVerifies(NotAllowed):
    """Whoever reports a duty done does not verify it."""

    zh = "申报办结与核查须由不同人员办理，请由其他人员核查。"
    en = "Whoever reported the duty done cannot verify it."
