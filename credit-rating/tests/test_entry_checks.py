"""E-01 to E-03: every reason is named, in both languages, and none is invented."""

from dataclasses import replace

import pytest

from credit_rating.entry.domain import (
    Application,
    CheckRules,
    Finding,
    RegistryStatus,
    check_application,
    check_standing,
    result_of,
)
from credit_rating.schemes.domain import Grade

RULES = CheckRules(
    scope_words={"物业管理", "物业服务"}, local_regions={"610703", "610721"}, barred_grades={"BLACK"}
)
FIT = Application(
    org="91610703MA6YW8X13N",
    company_name="南郑安居物业服务有限公司",
    kind="legal_person",
    registry_status="existing",
    business_scope="物业服务；保洁服务",
)
# The same code with another last character: its form is right, its check is not.
EARLY_CODE = "91610703MA6YW8X13P"
BRANCH = replace(FIT, kind="branch", parent_org="91310112087994932F", parent_authority="授权书 2026-1")


def found(application: Application, *, parent_grade: Grade | None = None) -> list[Finding]:
    return check_application(application, rules=RULES, parent_grade=parent_grade)


def blocks(application: Application, *, parent_grade: Grade | None = None) -> list[tuple[str, str]]:
    findings = found(application, parent_grade=parent_grade)
    return [(finding.code, finding.field) for finding in findings if finding.result == "block"]


def test_a_fit_company_passes_every_check() -> None:
    findings = found(FIT)

    assert result_of(findings) == "pass"
    assert [finding.code for finding in findings] == ["E-01", "E-01", "E-01", "E-02", "E-03"]


def test_every_reason_is_listed_not_only_the_first() -> None:
    unfit = replace(
        FIT, org=EARLY_CODE, registry_status="licence_revoked", business_scope="餐饮服务", kind="branch"
    )

    assert blocks(unfit) == [
        ("E-01", "org"),
        ("E-01", "registry_status"),
        ("E-01", "business_scope"),
        ("E-02", "parent_org"),
        ("E-02", "parent_authority"),
    ]
    assert all(finding.zh and finding.en for finding in found(unfit))


@pytest.mark.parametrize(
    "status", ["suspended", "in_liquidation", "moved_out", "licence_revoked", "deregistered"]
)
def test_only_an_existing_company_may_enter(status: RegistryStatus) -> None:
    assert blocks(replace(FIT, registry_status=status)) == [("E-01", "registry_status")]


def test_an_early_code_is_taken_with_a_warning_on_the_registrys_proof() -> None:
    early = replace(FIT, org=EARLY_CODE, check_override=True, registry_proof="登记机关证明 2026-1")

    assert blocks(early) == []
    assert result_of(found(early)) == "warn"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (replace(FIT, org=EARLY_CODE), "org"),
        (replace(FIT, org=EARLY_CODE, registry_proof="证明"), "org"),
        (replace(FIT, org=EARLY_CODE, check_override=True), "registry_proof"),
        (replace(FIT, org=EARLY_CODE[:-1], check_override=True, registry_proof="证明"), "org"),
        (replace(FIT, org="I" + EARLY_CODE[1:], check_override=True, registry_proof="证明"), "org"),
    ],
)
def test_a_wrong_code_is_refused_without_override_and_proof_and_a_malformed_one_always(
    change: Application, field: str
) -> None:
    assert blocks(change) == [("E-01", field)]


def test_the_branch_of_an_outside_company_with_authority_is_a_subject() -> None:
    assert blocks(BRANCH) == []


@pytest.mark.parametrize("parent", ["91610703MA6YT3K7X1", " 91610703ma6yt3k7x1"])
def test_the_branch_of_a_local_company_is_sent_to_its_parent(parent: str) -> None:
    assert blocks(replace(BRANCH, parent_org=parent)) == [("E-02", "parent_org")]


def test_a_branch_without_authority_is_refused() -> None:
    assert blocks(replace(BRANCH, parent_authority=None)) == [("E-02", "parent_authority")]


@pytest.mark.parametrize(("grade", "refused"), [("BLACK", True), ("C", False), ("AAA", False), (None, False)])
def test_a_branch_does_not_wash_its_parent_clean(grade: Grade | None, *, refused: bool) -> None:
    assert blocks(BRANCH, parent_grade=grade) == ([("E-03", "parent_org")] if refused else [])


@pytest.mark.parametrize(("grade", "result"), [("BLACK", "block"), ("C", "block"), ("B", "pass")])
def test_taking_over_first_is_closed_to_c_as_well(grade: Grade, result: str) -> None:
    rules = replace(RULES, barred_grades={"BLACK", "C"})

    assert check_standing(grade, rules=rules, field="org").result == result
