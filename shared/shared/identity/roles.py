"""The roles of the platform (domain, 11): who there is, how far each reaches, how much of persons it sees."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.kernel import NATION, Actor, Scope, TerritoryCode, is_territory_code

__all__ = ["ANONYMOUS", "Role", "RoleFacts", "ScopeKind", "reaches"]


class ScopeKind(StrEnum):
    """What bounds a role, besides the territory its holder was given."""

    HOUSEHOLD = "household"
    BUILDINGS = "buildings"
    ESTATE = "estate"
    CONTRACTS = "contracts"
    CASES = "cases"
    ORGANISATION = "organisation"
    ORDER = "order"
    COMMUNITY = "community"
    TOWN = "town"
    DISTRICT = "district"
    PLATFORM = "platform"
    OPEN = "open"


# The fewest digits of a territory code that a holder may be given: a town officer has a town, not a province.
# Companies and auditors may work in several districts; the platform's own posts have no territory.
FEWEST_DIGITS: Final = {
    ScopeKind.HOUSEHOLD: 6,
    ScopeKind.BUILDINGS: 6,
    ScopeKind.ESTATE: 6,
    ScopeKind.CONTRACTS: 4,
    ScopeKind.CASES: 4,
    ScopeKind.ORGANISATION: 2,
    ScopeKind.ORDER: 2,
    ScopeKind.COMMUNITY: 12,
    ScopeKind.TOWN: 9,
    ScopeKind.DISTRICT: 6,
    ScopeKind.PLATFORM: 0,
    ScopeKind.OPEN: 0,
}


class Role(StrEnum):
    """Who acts. R21 is three separated posts (三员分立); D00 is a department's machine, known by its key."""

    OWNER = "R01"
    COMMITTEE_MEMBER = "R02"
    PREPARATORY_HEAD = "R03"
    PROJECT_MANAGER = "R04"
    COMPANY_OFFICE = "R05"
    COMMUNITY_WORKER = "R06"
    GRID_WORKER = "R07"
    MEDIATOR = "R08"
    TOWN_OFFICER = "R09"
    TOWN_LEADER = "R10"
    AUTHORITY_OFFICER = "R11"
    AUTHORITY_LEADER = "R12"
    FUND_CLERK = "R13"
    DEPARTMENT_HANDLER = "R14"
    FINANCE_OFFICER = "R15"
    AUDITOR = "R16"
    SUPERVISOR = "R17"
    DISTRICT_LEADER = "R18"
    HOTLINE_LIAISON = "R19"
    EXCHANGE_ADMIN = "R20"
    SYSTEM_ADMIN = "R21S"
    SECURITY_ADMIN = "R21P"
    AUDIT_ADMIN = "R21A"
    UNIT_CONTACT = "R22"
    PUBLIC = "R23"
    DEPARTMENT_SYSTEM = "D00"

    @property
    def facts(self) -> "RoleFacts":
        """Return the role's row of the table."""
        return _TABLE[self]


@dataclass(frozen=True, slots=True)
class RoleFacts:
    """One row: the role's Chinese name, what bounds it, and the level of personal data it sees.

    Levels: 0 none, 1 masked, 2 clear (each clear view is logged with a reason); `pii_on_case` holds for the
    matters that are the holder's own or assigned to them.
    """

    zh: str
    scope: ScopeKind
    pii: int
    pii_on_case: int


_TABLE: Final = {
    Role.OWNER: RoleFacts("业主", ScopeKind.HOUSEHOLD, 0, 2),
    Role.COMMITTEE_MEMBER: RoleFacts("业委会/物管会成员", ScopeKind.ESTATE, 1, 1),
    Role.PREPARATORY_HEAD: RoleFacts("筹备组组长", ScopeKind.ESTATE, 1, 1),
    Role.PROJECT_MANAGER: RoleFacts("物业项目负责人", ScopeKind.CONTRACTS, 1, 2),
    Role.COMPANY_OFFICE: RoleFacts("物业企业总部", ScopeKind.ORGANISATION, 0, 1),
    Role.COMMUNITY_WORKER: RoleFacts("社区工作人员", ScopeKind.COMMUNITY, 1, 2),
    Role.GRID_WORKER: RoleFacts("网格员/志愿者", ScopeKind.BUILDINGS, 0, 1),
    Role.MEDIATOR: RoleFacts("人民调解员/法律工作者", ScopeKind.CASES, 0, 2),
    Role.TOWN_OFFICER: RoleFacts("镇（街道）物业专干", ScopeKind.TOWN, 1, 2),
    Role.TOWN_LEADER: RoleFacts("镇（街道）分管领导", ScopeKind.TOWN, 1, 1),
    Role.AUTHORITY_OFFICER: RoleFacts("住建部门经办人", ScopeKind.DISTRICT, 1, 1),
    Role.AUTHORITY_LEADER: RoleFacts("住建部门负责人", ScopeKind.DISTRICT, 1, 1),
    Role.FUND_CLERK: RoleFacts("维修资金中心经办人", ScopeKind.DISTRICT, 0, 2),
    Role.DEPARTMENT_HANDLER: RoleFacts("部门承办人", ScopeKind.CASES, 0, 2),
    Role.FINANCE_OFFICER: RoleFacts("财政经办人", ScopeKind.DISTRICT, 0, 0),
    Role.AUDITOR: RoleFacts("审计人员", ScopeKind.ORDER, 1, 1),
    Role.SUPERVISOR: RoleFacts("督查室人员", ScopeKind.DISTRICT, 0, 1),
    Role.DISTRICT_LEADER: RoleFacts("区分管领导", ScopeKind.DISTRICT, 0, 0),
    Role.HOTLINE_LIAISON: RoleFacts("12345/信访联络员", ScopeKind.DISTRICT, 1, 2),
    Role.EXCHANGE_ADMIN: RoleFacts("数据交换管理员", ScopeKind.PLATFORM, 0, 0),
    Role.SYSTEM_ADMIN: RoleFacts("系统管理员", ScopeKind.PLATFORM, 0, 0),
    Role.SECURITY_ADMIN: RoleFacts("安全管理员", ScopeKind.PLATFORM, 0, 0),
    Role.AUDIT_ADMIN: RoleFacts("审计管理员", ScopeKind.PLATFORM, 0, 0),
    Role.UNIT_CONTACT: RoleFacts("原产权单位联系人", ScopeKind.ESTATE, 1, 1),
    Role.PUBLIC: RoleFacts("社会公众", ScopeKind.OPEN, 0, 0),
    Role.DEPARTMENT_SYSTEM: RoleFacts("部门系统", ScopeKind.CASES, 1, 1),
}

# Whoever comes without a token: the whole nation in scope, and only what is open data.
ANONYMOUS: Final = Actor(person="anonymous", role=Role.PUBLIC.value, scope=Scope(NATION))


def reaches(role: Role, territory: TerritoryCode) -> bool:
    """Say whether a holder of the role may be given this territory: a code no wider than the role's level."""
    return is_territory_code(territory) and len(territory) >= FEWEST_DIGITS[role.facts.scope]
