"""What a claim is refused for."""

from shared.kernel import Conflict, NotAllowed, NotFound

__all__ = [
    "AccountNotPayees",
    "ApplicantOnly",
    "BeyondApprovalLimit",
    "ClaimForAnotherCompany",
    "ClaimNotFound",
    "CompanyNotKnown",
    "EstateNotKnown",
    "FundedTwice",
    "GradeExcluded",
    "GradeNotKnown",
    "PayeeNotOperator",
    "PeriodNotOver",
    "PersonActedBefore",
    "PublicityEnded",
    "PublicityNotEnded",
    "PublicityStillRunning",
]


class ClaimNotFound(NotFound):
    """No claim of this id that the caller may see."""

    zh = "没有编号为 {id} 的补助申请，请在申请列表中核对。"
    en = "There is no claim {id}. Look it up in the list of claims."


class EstateNotKnown(NotFound):
    """The register has not told us of this estate, or not yet."""

    zh = "尚未收到小区 {estate_id} 的登记信息。请核对小区编号；如刚登记，请稍后再试。"
    en = "The register has not told us of estate {estate_id}. Check the id; if it is new, try again shortly."


class CompanyNotKnown(NotFound):
    """The company has not entered, or we have not heard of it yet."""

    zh = "企业 {org} 尚未入库。请先办理企业入库；如刚入库，请稍后再试。"
    en = "Company {org} has not entered. Have it entered first; if it just was, try again shortly."


class ClaimForAnotherCompany(NotAllowed):
    """A company's people act for their own company."""

    zh = "您只能为本企业办理补助申请，不能为 {payee} 办理。请由该企业或社区申报。"
    en = "You act for your own company, not for {payee}. Let that company or the community file the claim."


class ApplicantOnly(NotAllowed):
    """Only who filed a claim may change or withdraw it."""

    zh = "申请只能由申报人本人修改、提交或撤回。请联系申报人办理。"
    en = "Only the person who filed this claim may change, submit or withdraw it. Ask them to do it."


class PersonActedBefore(NotAllowed):
    """No person has two duties in one claim (6.2)."""

    zh = "您在此申请中已承担“{duty}”环节，不能再办理其他环节。请由另一位有权限的人员办理。"
    en = "You have had the duty '{duty}' in this claim and cannot take another. Let somebody else do it."


class PeriodNotOver(Conflict):
    """A subsidy is paid for service given."""

    zh = "申报期间（至 {last_day}）尚未结束，请在期满后提交。"
    en = "The period claimed runs to {last_day} and is not over. Submit the claim after it."


class PayeeNotOperator(Conflict):
    """The payee did not serve the estate on every day claimed."""

    zh = (
        "申报期间（{start} 至 {last_day}）内，企业 {payee} 并非始终是该小区的服务单位。"
        "请调整期间，或先核实服务单位登记。"
    )
    en = (
        "Company {payee} was not the operator of the estate on every day from {start} to {last_day}. "
        "Change the period, or have the register of operators checked."
    )


class AccountNotPayees(Conflict):
    """The account is in another name than the payee's (L-08)."""

    zh = "账户名称“{holder}”与收款企业“{name}”不一致，不能向第三方账户付款。请填写企业本单位账户。"
    en = (
        "The account is in the name of '{holder}', the payee is '{name}'. Give an account of the payee's own."
    )


class FundedTwice(Conflict):
    """One purpose, one funding: these months are funded by another claim (L-05)."""

    zh = (
        "该小区同一用途在 {start} 至 {last_day} 期间已有其他申请（{claim_no}），不能重复申报。"
        "请调整期间，或先撤回该申请。"
    )
    en = (
        "The same purpose at this estate is claimed within {start} to {last_day} already ({claim_no}). "
        "Change the period, or have the other claim withdrawn."
    )


class GradeNotKnown(Conflict):
    """No credit grade of the company has come: money does not move on a guess."""

    zh = "尚未收到企业 {payee} 的信用等级，无法确定补助系数。请待信用等级发布后再审。"
    en = "No credit grade of company {payee} has come, so there is no coefficient. Review when it has."


class GradeExcluded(Conflict):
    """The company's grade receives no new grants (3.5)."""

    zh = "企业 {payee} 信用等级为 {grade}（{effective_on} 起），不予新的补助。请退回或不予受理。"
    en = "Company {payee} has grade {grade} since {effective_on} and gets no new grants. Return or refuse."


class PublicityStillRunning(Conflict):
    """The claim is on display until a day."""

    zh = "公示尚未期满，最早可于 {over_on} 结束公示。"
    en = "The publicity is still running. It can be ended from {over_on} on."


class PublicityNotEnded(Conflict):
    """A claim is approved after its publicity."""

    zh = "公示尚未结束。请先结束公示，再办理审批。"
    en = "The publicity has not been ended. End it first, then approve."


class PublicityEnded(Conflict):
    """The publicity was ended before."""

    zh = "公示已于 {ended_on} 结束，无需重复办理。请办理审批。"
    en = "The publicity ended on {ended_on} already. Approve the claim next."


class BeyondApprovalLimit(NotAllowed):
    """The amount is above what the role may approve (6.2, step 7)."""

    zh = (
        "金额 {amount} 元超出您的审批权限（{limit} 元）。"
        "请由上一级审批；超出副区长权限的，须填写政府会议纪要编号。"
    )
    en = (
        "{amount} yuan is above your limit of {limit} yuan. Have it approved one level up; "
        "above the vice head's limit name the minutes of the government meeting."
    )
