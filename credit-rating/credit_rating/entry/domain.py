"""The checks a company must pass to enter, and again when it is chosen for an estate (domain, 3.6).

Pure: from what is declared and what is known to findings, each with a code, a result and a reason in two
languages. E-04 (managers), E-05 (recusal), E-06 (exit disputes) and E-07 (quotes) ask for facts that nothing
records yet: they are not judged, and no sheet pretends they were.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from credit_rating.companies.domain import CompanyKind
from credit_rating.schemes.domain import Grade
from shared.kernel import CodeVerdict, Conflict, NotFound, check_company_code

__all__ = [
    "Application",
    "CheckRules",
    "CompanyEnteredAlready",
    "EntryRefused",
    "Finding",
    "Purpose",
    "RegistryStatus",
    "Result",
    "SheetNotFound",
    "check_application",
    "check_standing",
    "result_of",
]

RegistryStatus = Literal[
    "existing", "suspended", "in_liquidation", "moved_out", "licence_revoked", "deregistered"
]
Purpose = Literal["entry", "selection", "take_over_first"]
Result = Literal["pass", "warn", "block"]

_STATUS_ZH: Final[dict[RegistryStatus, str]] = {
    "existing": "存续",
    "suspended": "歇业",
    "in_liquidation": "清算",
    "moved_out": "迁出",
    "licence_revoked": "吊销",
    "deregistered": "注销",
}
# Characters 3-8 of a unified social credit code: where the company was registered (9.2).
_REGION: Final = slice(2, 8)


class CompanyEnteredAlready(Conflict):
    """The company has a credit file."""

    zh = "企业 {org} 已有信用档案，无需重复准入。"
    en = "Company {org} has a credit file already; it need not enter again."


class EntryRefused(Conflict):
    """One or more entry checks block; `errors` lists every one, the sheet keeps them all."""

    zh = "企业 {org} 未通过准入核查，原因见 errors；核查表编号 {sheet_id}。请逐项整改后重新申请。"
    en = "Company {org} did not pass the entry checks: see errors; sheet {sheet_id}. Mend it and apply again."


class SheetNotFound(NotFound):
    """No check sheet has this id, or not within the caller's territory."""

    zh = "没有编号为 {id} 的准入核查表，请核对编号。"
    en = "There is no check sheet {id}. Check the number."


@dataclass(frozen=True, slots=True, kw_only=True)
class Application:
    """What a company declares, as the officer saw it in the registry.

    `registry_proof` names the registry's paper that shows a code of the early trial to be legal although its
    check fails (`check_override`). A branch names its parent and the paper by which it acts for it.
    """

    org: str
    company_name: str
    kind: CompanyKind
    registry_status: RegistryStatus
    business_scope: str
    check_override: bool = False
    registry_proof: str | None = None
    parent_org: str | None = None
    parent_authority: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckRules:
    """What the checks go by in a territory, from the rule parameters."""

    scope_words: Collection[str]
    local_regions: Collection[str]
    barred_grades: Collection[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What one check found. `field` is the part of the application to mend."""

    code: str
    result: Result
    zh: str
    en: str
    field: str


def check_application(
    application: Application, *, rules: CheckRules, parent_grade: Grade | None
) -> list[Finding]:
    """Return what E-01 to E-03 find about a company that wants to enter.

    `parent_grade` is the grade of a branch's parent, where the parent has a file here.
    """
    return [
        _code(application),
        _status(application),
        _scope(application, rules),
        *_subject(application, rules),
        check_standing(parent_grade, rules=rules, field="parent_org"),
    ]


def check_standing(grade: Grade | None, *, rules: CheckRules, field: str) -> Finding:
    """Return what E-03 finds: not on the blacklist, and for taking over first not C either."""
    if grade is None:
        return Finding(
            code="E-03", result="pass", zh="本区无信用记录", en="no credit record here", field=field
        )
    barred = grade in rules.barred_grades
    return Finding(
        code="E-03",
        result="block" if barred else "pass",
        zh=f"信用等级 {grade}" + ("，不得参与，请先修复信用" if barred else "，符合要求"),
        en=f"credit grade {grade}"
        + (": may not take part, repair the credit first" if barred else " is fit"),
        field=field,
    )


def result_of(findings: Sequence[Finding]) -> Result:
    """Return the gravest result there is."""
    results = {finding.result for finding in findings}
    return "block" if "block" in results else "warn" if "warn" in results else "pass"


def _code(application: Application) -> Finding:
    verdict = check_company_code(application.org)
    if verdict.valid:
        return _e01("pass", "统一社会信用代码有效", "the unified social credit code is valid", "org")
    if verdict.well_formed and application.check_override:
        return _overridden(application, verdict)
    hint_zh = "；早期代码可凭登记证明申请校验豁免" if verdict.well_formed else ""
    hint_en = "; an early code can be taken on proof from the registry" if verdict.well_formed else ""
    return _e01("block", verdict.explain("zh") + hint_zh, verdict.explain("en") + hint_en, "org")


def _overridden(application: Application, verdict: CodeVerdict) -> Finding:
    proof = application.registry_proof
    if proof is None:
        zh = verdict.explain("zh") + "申请校验豁免须填写登记证明"
        en = verdict.explain("en") + " To take it all the same, name the registry's proof."
        return _e01("block", zh, en, "registry_proof")
    zh = f"代码校验不符，凭登记证明“{proof}”认可"
    return _e01("warn", zh, f"the code fails its check and is taken on the registry's proof '{proof}'", "org")


def _status(application: Application) -> Finding:
    status = application.registry_status
    existing = status == "existing"
    return _e01(
        "pass" if existing else "block",
        f"登记状态为“{_STATUS_ZH[status]}”" + ("" if existing else "，应为“存续”"),
        f"the registry says '{status}'" + ("" if existing else ", it must say 'existing'"),
        "registry_status",
    )


def _scope(application: Application, rules: CheckRules) -> Finding:
    named = any(word in application.business_scope for word in rules.scope_words)
    return _e01(
        "pass" if named else "block",
        "经营范围包含物业服务" if named else "经营范围不含物业服务，请先办理经营范围变更登记",
        "the business scope has property service"
        if named
        else "the business scope lacks property service: have it added in the registry first",
        "business_scope",
    )


def _subject(application: Application, rules: CheckRules) -> Iterator[Finding]:
    """E-02: the subject is a legal person; a branch of an outside one stands in for it (CR-02)."""
    if application.kind == "legal_person":
        yield _e02("pass", "企业法人", "a legal person", "kind")
        return
    parent = check_company_code(application.parent_org or "")
    if not parent.well_formed:
        zh, en = "分支机构须填写上级法人的统一社会信用代码", "a branch must name its parent's code"
        yield _e02("block", zh, en, "parent_org")
    elif parent.code[_REGION] in rules.local_regions:
        zh = f"上级法人 {parent.code} 在本区登记，应由法人准入"
        en = f"the parent {parent.code} is registered here: the parent itself must enter"
        yield _e02("block", zh, en, "parent_org")
    yield _authority(application, parent)


def _authority(application: Application, parent: CodeVerdict) -> Finding:
    if application.parent_authority is None:
        zh, en = "分支机构须提供上级法人授权文件", "a branch needs its parent's authority"
        return _e02("block", zh, en, "parent_authority")
    zh = f"分支机构持有上级法人 {parent.code} 的授权文件"
    return _e02("pass", zh, f"a branch with a paper of authority from {parent.code}", "parent_authority")


def _e01(result: Result, zh: str, en: str, field: str) -> Finding:
    return Finding(code="E-01", result=result, zh=zh, en=en, field=field)


def _e02(result: Result, zh: str, en: str, field: str) -> Finding:
    return Finding(code="E-02", result=result, zh=zh, en=en, field=field)
