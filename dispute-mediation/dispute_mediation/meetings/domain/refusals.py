"""What a meeting does not admit."""

from shared.kernel import Conflict, NotFound

__all__ = [
    "CasesApart",
    "MeetingNotFound",
    "MeetingNotStarted",
    "MeetingNoticeTooShort",
    "NoQuorum",
    "NoticeInFuture",
    "UnitNotCalled",
]


class MeetingNotFound(NotFound):
    """There is no such meeting, or the caller was not called to it."""

    zh = "没有找到该联席会议，或它不在您的职责范围内。请核对编号。"
    en = "There is no such joint meeting within your reach. Check its number."


class MeetingNoticeTooShort(Conflict):
    """The units called must be told in time (J-05)."""

    zh = "通知时间不足：此类会议最早可于 {earliest} 召开。请推迟会议，或改用适用的会议类型。"
    en = "The notice is too short: such a meeting can start at {earliest} at the earliest. Put it off."


class NoticeInFuture(Conflict):
    """Notice that was given cannot lie ahead."""

    zh = "通知时间 {noticed_at} 晚于现在，请更正。"
    en = "The time of notice, {noticed_at}, lies in the future. Correct it."


class CasesApart(Conflict):
    """A meeting deals with the cases of one town, or of one district."""

    zh = "所列诉求不在同一{level}范围内（{places}）。请分别召开，或提请上一级联席会议。"
    en = "The cases do not lie in one {level} ({places}). Convene them apart, or at the higher level."


class MeetingNotStarted(Conflict):
    """Who came is recorded when the meeting has begun."""

    zh = "会议定于 {starts_at} 召开，开会后才能登记到会情况。"
    en = "The meeting starts at {starts_at}. Record who came once it has begun."


class UnitNotCalled(Conflict):
    """Only units that were called can be present."""

    zh = "以下单位不在通知范围内：{units}。请核对单位代码。"
    en = "These units were not called: {units}. Check their codes."


class NoQuorum(Conflict):
    """A meeting that was not held with a quorum decides nothing (J-06)."""

    zh = "会议未召开，或到会人员不足（须主持人、主办单位和规定比例的单位到会），不能交办事项。请重新召集。"
    en = (
        "The meeting was not held with its chair, lead units and quorum: it assigns nothing. Convene another."
    )
