"""What the register must know of a company that is to serve: it has entered, and is not blacklisted."""

from dataclasses import dataclass
from typing import Final

from shared.kernel import Conflict

__all__ = ["BLACK", "CompanyBlacklisted", "CompanyUnknown", "KnownCompany", "require_eligible"]

BLACK: Final = "BLACK"


class CompanyUnknown(Conflict):
    """No company of this code has entered."""

    zh = "企业“{org}”尚未办理准入。请核对统一社会信用代码；确认无误的，请先办理企业准入，再来登记。"
    en = (
        "No company '{org}' has entered. Check its unified social credit code; if it is right, "
        "have the company enter in credit-rating first, then come back."
    )


class CompanyBlacklisted(Conflict):
    """The company is on the blacklist."""

    zh = "企业“{org}”已列入黑名单，不得承接服务。请另选企业，或由社区代管、街道兜底。"
    en = "Company '{org}' is blacklisted and may not serve. Choose another, or custody or an interim."


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownCompany:
    """A company as far as the register knows it; the name is missing while only its grade has come."""

    org: str
    name: str | None
    grade: str | None


def require_eligible(company: KnownCompany | None, *, org: str) -> KnownCompany:
    """Return the company where it may serve; raise CompanyUnknown or CompanyBlacklisted (domain, 3.5)."""
    if company is None:
        raise CompanyUnknown(org=org)
    if company.grade == BLACK:
        raise CompanyBlacklisted(org=org)
    return company
