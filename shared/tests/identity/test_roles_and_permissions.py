"""The table of roles and permissions is whole, and duties that the law separates stay separate."""

from itertools import combinations

import pytest

from shared.identity import (
    ADMINISTRATORS,
    ANONYMOUS,
    NOT_BY_DELEGATION,
    PUBLIC,
    ROLES_OF,
    SEPARATED,
    Permission,
    Role,
    ScopeKind,
    actor_may,
    allowed,
    may_hold_both,
    permissions_of,
    reaches,
)
from shared.kernel import Actor

BUSINESS_ROLES = frozenset(Role) - ADMINISTRATORS - {Role.PUBLIC}


def test_the_roles_are_those_of_the_domain_with_three_administrators_and_the_machine() -> None:
    numbered = {f"R{number:02}" for number in range(1, 24)} - {"R21"}

    assert {role.value for role in Role} == numbered | {"R21S", "R21P", "R21A", "D00"}


def test_every_permission_has_a_role() -> None:
    assert set(ROLES_OF) == set(Permission)
    assert all(ROLES_OF.values())


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.PUBLIC])
def test_every_role_may_do_something_that_is_not_open_to_all(role: Role) -> None:
    assert permissions_of(role) - PUBLIC


@pytest.mark.parametrize("role", Role)
def test_every_role_has_its_row(role: Role) -> None:
    facts = role.facts

    assert facts.zh
    assert facts.pii in {0, 1, 2}
    assert facts.pii <= facts.pii_on_case <= 2


def test_open_data_is_what_the_domain_lists_and_open_to_every_role() -> None:
    assert {
        Permission.TERRITORY_READ,
        Permission.ESTATE_READ,
        Permission.COMPANY_READ,
        Permission.CIRCULAR_READ,
        Permission.OPENAPI_READ,
        Permission.HEALTH_READ,
    } == PUBLIC
    assert all(ROLES_OF[permission] == set(Role) for permission in PUBLIC)
    assert permissions_of(Role.PUBLIC) == PUBLIC


def test_whoever_comes_without_a_token_may_read_open_data_and_nothing_else() -> None:
    assert {permission for permission in Permission if actor_may(ANONYMOUS, permission)} == PUBLIC


@pytest.mark.parametrize("role", sorted(ADMINISTRATORS))
def test_administrators_do_no_business(role: Role) -> None:
    platform = {
        Permission.DEPARTMENT_MANAGE,
        Permission.EXCHANGE_LOG_READ,
        Permission.EVENTS_OPERATE,
        Permission.AUDIT_READ,
        Permission.SEALS_READ,
        Permission.CLEAR_VIEWS_READ,
        Permission.RULES_READ,
        Permission.SCHEME_READ,
        Permission.PROGRAMME_READ,
    }

    assert permissions_of(role) - PUBLIC <= platform
    assert role.facts.pii_on_case == 0


def test_the_three_administrators_share_no_task() -> None:
    tasks = {Permission.EVENTS_OPERATE, Permission.AUDIT_READ, Permission.DEPARTMENT_MANAGE}
    held = [
        permissions_of(role) & tasks for role in (Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN)
    ]

    assert held == [{Permission.EVENTS_OPERATE}, set(), {Permission.AUDIT_READ}]


@pytest.mark.parametrize(("one", "other"), sorted(SEPARATED))
def test_no_role_unites_separated_duties(one: Permission, other: Permission) -> None:
    assert ROLES_OF[one].isdisjoint(ROLES_OF[other])


@pytest.mark.parametrize(("one", "other"), sorted(SEPARATED))
def test_no_person_unites_them_by_two_roles(one: Permission, other: Permission) -> None:
    united = [(first, second) for first in ROLES_OF[one] for second in ROLES_OF[other]]

    assert united
    assert not any(may_hold_both(first, second) or may_hold_both(second, first) for first, second in united)


def test_the_steps_of_a_claim_lie_with_the_roles_of_the_chain() -> None:
    chain = [
        ({"R04", "R05", "R06"}, Permission.CLAIM_APPLY),
        ({"R06"}, Permission.CLAIM_CHECK),
        ({"R09"}, Permission.CLAIM_FIRST_REVIEW),
        ({"R11"}, Permission.CLAIM_SECOND_REVIEW),
        ({"R15"}, Permission.CLAIM_MONEY_REVIEW),
        ({"R11"}, Permission.CLAIM_PUBLICISE),
        ({"R12", "R18"}, Permission.CLAIM_APPROVE),
        ({"R15"}, Permission.CLAIM_PAY),
    ]

    assert all(ROLES_OF[permission] == roles for roles, permission in chain)


def test_the_recorder_of_credit_is_not_its_confirmer() -> None:
    assert allowed(Role.AUTHORITY_OFFICER, Permission.CREDIT_RECORD)
    assert not allowed(Role.AUTHORITY_OFFICER, Permission.CREDIT_CONFIRM)
    assert not allowed(Role.AUTHORITY_LEADER, Permission.CREDIT_RECORD)


def test_nobody_is_two_administrators_or_an_administrator_and_something_else() -> None:
    pairs = list(combinations(sorted(ADMINISTRATORS), 2))
    pairs += [(admin, other) for admin in ADMINISTRATORS for other in BUSINESS_ROLES]

    assert not any(may_hold_both(first, second) for first, second in pairs)


def test_most_people_may_still_wear_two_hats() -> None:
    assert may_hold_both(Role.OWNER, Role.COMMITTEE_MEMBER)
    assert may_hold_both(Role.OWNER, Role.AUTHORITY_OFFICER)
    assert may_hold_both(Role.PUBLIC, Role.SYSTEM_ADMIN)
    assert may_hold_both(Role.AUDITOR, Role.AUDITOR)


@pytest.mark.parametrize("role", sorted(NOT_BY_DELEGATION))
def test_a_delegate_does_not_approve_in_the_leaders_or_the_treasurers_stead(role: Role) -> None:
    herself = Actor(person="a", role=role.value)
    delegate = Actor(person="b", role=role.value, on_behalf_of="a")

    assert all(actor_may(herself, permission) for permission in NOT_BY_DELEGATION[role])
    assert not any(actor_may(delegate, permission) for permission in NOT_BY_DELEGATION[role])
    assert actor_may(delegate, Permission.CLAIM_READ)


def test_a_background_process_comes_through_no_door() -> None:
    assert not any(actor_may(Actor.system("relay"), permission) for permission in Permission)


@pytest.mark.parametrize(
    ("role", "territory", "fits"),
    [
        (Role.TOWN_OFFICER, "610703100", True),
        (Role.TOWN_OFFICER, "610703100001", True),
        (Role.TOWN_OFFICER, "610703", False),
        (Role.COMMUNITY_WORKER, "610703100001", True),
        (Role.COMMUNITY_WORKER, "610703100", False),
        (Role.AUTHORITY_OFFICER, "610703", True),
        (Role.AUTHORITY_OFFICER, "6107", False),
        (Role.COMPANY_OFFICE, "61", True),
        (Role.COMPANY_OFFICE, "", False),
        (Role.SYSTEM_ADMIN, "", True),
        (Role.SYSTEM_ADMIN, "6107x", False),
    ],
)
def test_a_territory_is_no_wider_than_the_role(role: Role, territory: str, fits: bool) -> None:  # noqa: FBT001
    assert reaches(role, territory) is fits


def test_only_the_platforms_posts_and_the_public_reach_the_whole_nation() -> None:
    wide = {role for role in Role if reaches(role, "")}

    assert wide == ADMINISTRATORS | {Role.PUBLIC}
    assert {role.facts.scope for role in wide} == {ScopeKind.PLATFORM, ScopeKind.OPEN}
