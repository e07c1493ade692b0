"""What each role may do: one table, permission → roles, a page per service (domain, 11, column "Does").

The codes are those of `roles.py`. A permission says that the role may do such a thing at all; whether on this
estate is the territory's question, whether in this state and by this person the rule's (no person acts twice
in one claim, the confirmer is not the recorder).
"""

from collections.abc import Mapping
from enum import StrEnum, auto
from typing import Final

from shared.identity.roles import Role

__all__ = ["PUBLIC", "ROLES_OF", "Permission", "allowed", "permissions_of"]


class Permission(StrEnum):
    """Something that can be done."""

    # estate-registry
    TERRITORY_READ = auto()
    ESTATE_READ = auto()
    ESTATE_REGISTER = auto()
    ESTATE_IMPORT = auto()
    ESTATE_UPDATE = auto()
    MODE_SWITCH = auto()
    OPERATOR_ASSIGN = auto()
    CONTRACT_SIGN = auto()
    CONTRACT_READ = auto()
    # dispute-mediation
    COMPLAINT_FILE = auto()
    COMPLAINT_READ = auto()
    COMPLAINT_READ_OWN = auto()
    COMPLAINT_READ_CLEAR = auto()
    COMPLAINT_DECIDE = auto()
    COMPLAINT_HANDLE = auto()
    COMPLAINT_RESOLVE = auto()
    CALLBACK_RECORD = auto()
    COMPLAINT_REOPEN = auto()
    MEETING_CONVENE = auto()
    MEETING_RECORD = auto()
    MEETING_READ = auto()
    ITEM_ASSIGN = auto()
    ITEM_HANDLE = auto()
    ITEM_VERIFY = auto()
    LIABILITY_CONFIRM = auto()
    # credit-rating
    COMPANY_ENTER = auto()
    COMPANY_READ = auto()
    CREDIT_FILE_READ = auto()
    CREDIT_RECORD = auto()
    CREDIT_CONFIRM = auto()
    SCHEME_READ = auto()
    SCHEME_LOAD = auto()
    # subsidy-ledger
    BUDGET_APPROVE = auto()
    PROGRAMME_READ = auto()
    CLAIM_APPLY = auto()
    CLAIM_READ = auto()
    CLAIM_CHECK = auto()
    CLAIM_FIRST_REVIEW = auto()
    CLAIM_SECOND_REVIEW = auto()
    CLAIM_MONEY_REVIEW = auto()
    CLAIM_PUBLICISE = auto()
    CLAIM_APPROVE = auto()
    CLAIM_PAY = auto()
    LEDGER_READ = auto()
    LEDGER_REVERSE = auto()
    FUND_READ = auto()
    FUND_POST = auto()
    # supervision
    ESTATE_FILE_READ = auto()
    COUNTS_READ = auto()
    CIRCULAR_DRAFT = auto()
    CIRCULAR_READ = auto()
    CIRCULAR_PUBLISH = auto()
    # exchange
    DEPARTMENT_MANAGE = auto()
    ORDER_IMPORT = auto()
    FEED_READ = auto()
    EXCHANGE_LOG_READ = auto()
    # the platform itself
    EVENTS_OPERATE = auto()
    AUDIT_READ = auto()
    SEALS_READ = auto()
    CLEAR_VIEWS_READ = auto()
    RULES_READ = auto()
    OPENAPI_READ = auto()
    HEALTH_READ = auto()


EVERYONE: Final = " ".join(Role)
SIGNED_IN: Final = " ".join(role for role in Role if role not in {Role.PUBLIC, Role.DEPARTMENT_SYSTEM})

_ESTATE_REGISTRY: Final = {
    Permission.TERRITORY_READ: EVERYONE,
    Permission.ESTATE_READ: EVERYONE,
    Permission.ESTATE_REGISTER: "R06 R09 R11",
    Permission.ESTATE_IMPORT: "R09 R11",
    Permission.ESTATE_UPDATE: "R06 R09 R11",
    Permission.MODE_SWITCH: "R09 R11",
    Permission.OPERATOR_ASSIGN: "R09 R11",
    # A committee signs, and the town records it: a token does not yet say which estate a committee is of.
    Permission.CONTRACT_SIGN: "R09",
    Permission.CONTRACT_READ: "R01 R02 R03 R04 R05 R06 R09 R10 R11 R12 R16 R17 R22",
}
_DISPUTE_MEDIATION: Final = {
    Permission.COMPLAINT_FILE: "R01 R02 R03 R06 R07 R08 R09 R11 R14 R17 R19 R22",
    # Of the own territory, with persons masked.
    Permission.COMPLAINT_READ: "R02 R04 R06 R08 R09 R10 R11 R12 R14 R16 R17 R18 R19",
    # Only those the caller filed.
    Permission.COMPLAINT_READ_OWN: "R01 R02 R03 R06 R07 R08 R09 R11 R14 R17 R19 R22",
    # With persons in clear, on a matter at hand, with a reason.
    Permission.COMPLAINT_READ_CLEAR: "R06 R08 R09 R14 R19",
    # Accept, refuse, assign, merge with an earlier one.
    Permission.COMPLAINT_DECIDE: "R06 R09 R11",
    Permission.COMPLAINT_HANDLE: "R04 R06 R08 R09 R11 R14",
    Permission.COMPLAINT_RESOLVE: "R06 R08 R09 R11",
    Permission.CALLBACK_RECORD: "R06 R09 R19",
    Permission.COMPLAINT_REOPEN: "R01 R06 R09 R11 R19",
    Permission.MEETING_CONVENE: "R09 R10 R11 R12 R18",
    Permission.MEETING_RECORD: "R09 R10 R11",
    Permission.MEETING_READ: "R02 R04 R06 R08 R09 R10 R11 R12 R14 R16 R17 R18 R19 R22",
    Permission.ITEM_ASSIGN: "R09 R10 R11 R12 R18",
    Permission.ITEM_HANDLE: "R02 R04 R06 R09 R11 R14 R22",
    Permission.ITEM_VERIFY: "R06 R09 R10 R11 R17",
    Permission.LIABILITY_CONFIRM: "R09 R11",
}
_CREDIT_RATING: Final = {
    Permission.COMPANY_ENTER: "R05 R11",
    Permission.COMPANY_READ: EVERYONE,
    Permission.CREDIT_FILE_READ: "R02 R04 R05 R09 R10 R11 R12 R16 R17 R18",
    Permission.CREDIT_RECORD: "R11",
    Permission.CREDIT_CONFIRM: "R12",
    Permission.SCHEME_READ: SIGNED_IN,
    Permission.SCHEME_LOAD: "R12",
}
_SUBSIDY_LEDGER: Final = {
    Permission.BUDGET_APPROVE: "R15",
    Permission.PROGRAMME_READ: SIGNED_IN,
    Permission.CLAIM_APPLY: "R04 R05 R06",
    Permission.CLAIM_READ: "R04 R05 R06 R09 R10 R11 R12 R15 R16 R17 R18",
    Permission.CLAIM_CHECK: "R06",
    Permission.CLAIM_FIRST_REVIEW: "R09",
    Permission.CLAIM_SECOND_REVIEW: "R11",
    Permission.CLAIM_MONEY_REVIEW: "R15",
    Permission.CLAIM_PUBLICISE: "R11",
    Permission.CLAIM_APPROVE: "R12 R18",
    Permission.CLAIM_PAY: "R15",
    Permission.LEDGER_READ: "R11 R15 R16",
    Permission.LEDGER_REVERSE: "R15",
    Permission.FUND_READ: "R11 R13 R15 R16",
    Permission.FUND_POST: "R13",
}
_SUPERVISION: Final = {
    Permission.ESTATE_FILE_READ: "R02 R04 R05 R06 R09 R10 R11 R12 R14 R16 R17 R18",
    Permission.COUNTS_READ: "R06 R09 R10 R11 R12 R16 R17 R18 R19",
    Permission.CIRCULAR_DRAFT: "R17",
    # Published ones; a draft is shown to those who may draft.
    Permission.CIRCULAR_READ: EVERYONE,
    Permission.CIRCULAR_PUBLISH: "R17",
}
_EXCHANGE: Final = {
    Permission.DEPARTMENT_MANAGE: "R20",
    Permission.ORDER_IMPORT: "R19 D00",
    Permission.FEED_READ: "D00",
    Permission.EXCHANGE_LOG_READ: "R16 R20",
}
_PLATFORM: Final = {
    # Parked events, and the way of any event.
    Permission.EVENTS_OPERATE: "R21S",
    Permission.AUDIT_READ: "R16 R21A",
    # A hash chain binds all rows of a service, so it is of no territory. It shows numbers and hashes, no act.
    Permission.SEALS_READ: "R16 R21A",
    # Who looked at personal data: of no territory, so for the audit administrator alone.
    Permission.CLEAR_VIEWS_READ: "R21A",
    Permission.RULES_READ: SIGNED_IN,
    Permission.OPENAPI_READ: EVERYONE,
    Permission.HEALTH_READ: EVERYONE,
}


def _read(page: Mapping[Permission, str]) -> dict[Permission, frozenset[Role]]:
    return {permission: frozenset(map(Role, codes.split())) for permission, codes in page.items()}


ROLES_OF: Final[Mapping[Permission, frozenset[Role]]] = {
    **_read(_ESTATE_REGISTRY),
    **_read(_DISPUTE_MEDIATION),
    **_read(_CREDIT_RATING),
    **_read(_SUBSIDY_LEDGER),
    **_read(_SUPERVISION),
    **_read(_EXCHANGE),
    **_read(_PLATFORM),
}

# Open data: may be used without a token.
PUBLIC: Final = frozenset(permission for permission, roles in ROLES_OF.items() if Role.PUBLIC in roles)


def allowed(role: Role, permission: Permission) -> bool:
    """Say whether the role may do this at all."""
    return role in ROLES_OF[permission]


def permissions_of(role: Role) -> frozenset[Permission]:
    """Return everything the role may do."""
    return frozenset(permission for permission, roles in ROLES_OF.items() if role in roles)
