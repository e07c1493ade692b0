"""Separation of duties (domain, 11): what no role unites, what no person unites, what no delegate may do."""

from collections.abc import Mapping
from typing import Final

from shared.identity.permissions import PUBLIC, Permission, allowed, permissions_of
from shared.identity.roles import Role
from shared.kernel import Actor

__all__ = ["ADMINISTRATORS", "NOT_BY_DELEGATION", "SEPARATED", "actor_may", "may_hold_both"]

# No role, and no person by several roles, holds both of a pair.
SEPARATED: Final = frozenset(
    {
        (Permission.CREDIT_RECORD, Permission.CREDIT_CONFIRM),
        (Permission.CREDIT_RECORD, Permission.SCHEME_LOAD),
        (Permission.CLAIM_APPLY, Permission.CLAIM_FIRST_REVIEW),
        (Permission.CLAIM_APPLY, Permission.CLAIM_SECOND_REVIEW),
        (Permission.CLAIM_APPLY, Permission.CLAIM_MONEY_REVIEW),
        (Permission.CLAIM_APPLY, Permission.CLAIM_APPROVE),
        (Permission.CLAIM_CHECK, Permission.CLAIM_FIRST_REVIEW),
        (Permission.CLAIM_FIRST_REVIEW, Permission.CLAIM_SECOND_REVIEW),
        (Permission.CLAIM_SECOND_REVIEW, Permission.CLAIM_MONEY_REVIEW),
        (Permission.CLAIM_SECOND_REVIEW, Permission.CLAIM_APPROVE),
        (Permission.CLAIM_MONEY_REVIEW, Permission.CLAIM_APPROVE),
        (Permission.CLAIM_APPROVE, Permission.CLAIM_PAY),
    }
)

# The platform's posts: each is one person's only post, so none can do the work of two and none does business.
ADMINISTRATORS: Final = frozenset(
    {Role.EXCHANGE_ADMIN, Role.SYSTEM_ADMIN, Role.SECURITY_ADMIN, Role.AUDIT_ADMIN}
)

# Delegation (代理) lasts 30 days at most and does not cover the approvals of R12 and R15.
NOT_BY_DELEGATION: Final[Mapping[Role, frozenset[Permission]]] = {
    Role.AUTHORITY_LEADER: frozenset(
        {Permission.CREDIT_CONFIRM, Permission.CLAIM_APPROVE, Permission.SCHEME_LOAD}
    ),
    Role.FINANCE_OFFICER: frozenset(
        {
            Permission.BUDGET_APPROVE,
            Permission.CLAIM_MONEY_REVIEW,
            Permission.CLAIM_PAY,
            Permission.LEDGER_REVERSE,
        }
    ),
}

_CODES: Final = frozenset(Role)


def actor_may(actor: Actor, permission: Permission) -> bool:
    """Say whether the acting person may do this in their role, and, as a delegate, in another's stead.

    A background process (role `system`) comes through no door that asks, and is refused here.
    """
    if actor.role not in _CODES:
        return False
    role = Role(actor.role)
    if actor.on_behalf_of is not None and permission in NOT_BY_DELEGATION.get(role, frozenset()):
        return False
    return allowed(role, permission)


def may_hold_both(first: Role, second: Role) -> bool:
    """Say whether one person may be given both roles; the public role goes with any."""
    if first is second or Role.PUBLIC in {first, second}:
        return True
    if ADMINISTRATORS & {first, second}:
        return False
    return not any(_united(first, second, *pair) for pair in SEPARATED)


def _united(first: Role, second: Role, one: Permission, other: Permission) -> bool:
    held = (permissions_of(first) | permissions_of(second)) - PUBLIC
    return one in held and other in held
