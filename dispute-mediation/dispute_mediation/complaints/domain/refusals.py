"""What a case does not admit."""

from shared.kernel import Conflict, NotAllowed, NotFound

__all__ = [
    "CallbackOutstanding",
    "CaseNotFound",
    "ExtendedBefore",
    "LiabilityConfirmedBefore",
    "LiableCompanyNotNamed",
    "MasterUnfit",
    "NoCompanyLiable",
    "NotTheHost",
    "NotUnderHandling",
    "PersonKeptSecret",
    "PersonNotYours",
    "PersonUnknown",
    "ReceivedInFuture",
    "ReopenedBefore",
    "ReturnedTooOften",
    "SameHandler",
    "SamePersonConfirms",
]


class CaseNotFound(NotFound):
    """There is no such case, or the caller has nothing to do with it."""

    zh = "没有找到该诉求，或它不在您的职责范围内。请核对编号。"
    en = "There is no such case within your reach. Check its number."


class ReceivedInFuture(Conflict):
    """A grievance cannot have come in later than now."""

    zh = "收到时间 {received_at} 晚于现在，请更正。"
    en = "The time of receipt, {received_at}, lies in the future. Correct it."


class MasterUnfit(Conflict):
    """A repeat follows another case of the same estate that was itself neither refused nor merged."""

    zh = "不能并入 {master}：主件须为同一小区、未被并案或不予受理的另一件诉求。请另选主件。"
    en = "The case cannot follow {master}: choose another case of the same estate, not merged nor refused."


class ReturnedTooOften(Conflict):
    """A unit may not send a case back once more (MD-04)."""

    zh = "该诉求已被退回 {returns} 次，不能再退。请签收办理，或提请联席会议确定承办单位。"
    en = "The case was returned {returns} times already. Sign for it, or ask for a joint meeting."


class SameHandler(NotAllowed):
    """A reopened case goes to another handler (MD-15)."""

    zh = "该诉求为重办件，须由原承办人以外的人员办理。请改派他人签收。"
    en = "The case was reopened: somebody other than its first handler must take it."


class NotTheHost(NotAllowed):
    """Only the host unit signs for a case or sends it back."""

    zh = "该诉求的主办单位是 {host}，请由该单位人员签收或退回。"
    en = "The host unit of the case is {host}. Its staff sign for the case or return it."


class NotUnderHandling(Conflict):
    """Nobody has the case in hand: it was not assigned yet, or its result was given."""

    zh = "该诉求目前不在办理中，不能填报进展。请先交办，或申请重办。"
    en = "Nobody has the case in hand now. Assign it first, or ask to reopen it."


class LiableCompanyNotNamed(Conflict):
    """A company is to be liable and nobody knows which."""

    zh = "认定企业责任须指明企业：该小区当日没有登记的物业企业，请填写统一社会信用代码。"
    en = "Name the liable company by its code: no company was registered for this estate on that day."


class NoCompanyLiable(Conflict):
    """Only a company's liability is confirmed."""

    zh = "该诉求的办理结果没有认定企业责任，无需确认。"
    en = "The result does not hold a company liable; there is nothing to confirm."


class LiabilityConfirmedBefore(Conflict):
    """A company answers once for a case."""

    zh = "该诉求的企业责任已经确认过，不能重复确认。企业如有异议，请走信用异议程序。"
    en = "The company's liability was confirmed before. An objection goes through the credit procedure."


class SamePersonConfirms(NotAllowed):
    """Whoever found a company liable does not confirm it."""

    zh = "责任认定与责任确认须由不同人员办理，请由其他人员确认。"
    en = "Whoever found the company liable cannot confirm it. Ask a colleague."


class CallbackOutstanding(Conflict):
    """The person must be asked before the case is closed (MD-14)."""

    zh = "该诉求须先回访再办结。请完成回访（最多 {tries} 次）。"
    en = "The person must be called back before the case is closed (at most {tries} tries)."


class ReopenedBefore(Conflict):
    """A case is reopened once (MD-15)."""

    zh = "该诉求已重办过一次，不能再次重办。诉求人可申请上一级联席会议、信访复查，或依法申请仲裁、诉讼。"
    en = "The case was reopened before. A higher joint meeting, petition review, arbitration or court remain."


class ExtendedBefore(Conflict):
    """A term is extended once, and before it has run out (MD-05)."""

    zh = "该诉求不能延期：每件只能延期一次，且须在到期之前申请。"
    en = "The term cannot be extended: it is extended once only, and before it has run out."


class PersonKeptSecret(NotAllowed):
    """The person asked not to be made known."""

    zh = "诉求人要求保密，只有社区、镇街物业专干和 12345 联络员可以查看其身份。"
    en = "The person asked for secrecy: only community, town officer and hotline liaison may see who it is."


class PersonNotYours(NotAllowed):
    """A person is known in the clear to those alone who handle the case."""

    zh = "只有该诉求的承办人、主办及协办单位人员可以查看其身份，12345 联络员限热线工单。请联系承办单位。"
    en = "Only its handler, host and assisting units may see who it is; the liaison, for hotline orders."


class PersonUnknown(NotFound):
    """Nobody knows who complained: anonymous, or known to the hotline alone."""

    zh = "本系统没有该诉求人的联系方式（匿名，或仅由 12345 热线掌握）。"
    en = "No person is recorded with this case: it is anonymous, or only the hotline knows."
