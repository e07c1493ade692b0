"""The people of the demo district: one for each role that has something to try."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from shared.identity import DevelopmentIssuer, Role
from shared.kernel import TerritoryCode

__all__ = ["DEMO_COMPANY", "DEMO_PEOPLE", "DemoPerson", "issue_for", "person_for"]

# A made-up code with a valid check digit; no such company exists.
DEMO_COMPANY: Final = "91610703MA6YW8X13N"
DISTRICT: Final = "610703"
TOWN: Final = "610703001"
COMMUNITY: Final = "610703001001"
TOKEN_LIFETIME: Final = timedelta(hours=12)


@dataclass(frozen=True, slots=True)
class DemoPerson:
    """Somebody to act as: what their token says. `office` is the kind of their unit."""

    person: str
    role: Role
    territory: TerritoryCode = DISTRICT
    office: str | None = None
    org: str | None = None

    @property
    def unit(self) -> str | None:
        """Return the code of the unit they act for: territory and kind, or the company."""
        return f"{self.territory}:{self.office}" if self.office else self.org


DEMO_PEOPLE: Final = (
    DemoPerson("owner-1", Role.OWNER, COMMUNITY),
    DemoPerson("manager-1", Role.PROJECT_MANAGER, org=DEMO_COMPANY),
    DemoPerson("community-1", Role.COMMUNITY_WORKER, COMMUNITY, "community"),
    DemoPerson("town-1", Role.TOWN_OFFICER, TOWN, "town"),
    DemoPerson("town-lead-1", Role.TOWN_LEADER, TOWN, "town"),
    DemoPerson("authority-1", Role.AUTHORITY_OFFICER, office="authority"),
    DemoPerson("authority-lead-1", Role.AUTHORITY_LEADER, office="authority"),
    DemoPerson("urban-1", Role.DEPARTMENT_HANDLER, office="urban_management"),
    DemoPerson("finance-1", Role.FINANCE_OFFICER, office="finance"),
    DemoPerson("auditor-1", Role.AUDITOR, office="audit"),
    DemoPerson("supervisor-1", Role.SUPERVISOR, office="supervision"),
    DemoPerson("district-lead-1", Role.DISTRICT_LEADER, office="government"),
    DemoPerson("hotline-1", Role.HOTLINE_LIAISON, office="hotline"),
    DemoPerson("exchange-admin-1", Role.EXCHANGE_ADMIN, office="exchange"),
    DemoPerson("system-admin-1", Role.SYSTEM_ADMIN, office="operations"),
)


def person_for(role: Role) -> DemoPerson:
    """Return the demo person who acts in a role; a nameless one where the table has none."""
    return next((person for person in DEMO_PEOPLE if person.role is role), DemoPerson(f"demo-{role}", role))


def issue_for(issuer: DevelopmentIssuer, person: DemoPerson, *, lifetime: timedelta = TOKEN_LIFETIME) -> str:
    """Return a signed token that says of a person what the table does."""
    return issuer.issue(
        role=person.role,
        territory=person.territory,
        person=person.person,
        unit=person.unit,
        org=person.org,
        lifetime=lifetime,
    )
