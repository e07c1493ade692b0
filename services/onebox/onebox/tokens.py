"""Tokens for the command line in development: made with the key of the box's own issuer."""

from dataclasses import dataclass

from onebox.box import BoxSettings
from onebox.demo_people import DemoPerson, issue_for, person_for
from shared.identity import DevelopmentIssuer, Role
from shared.kernel import TerritoryCode

__all__ = ["TokenSource"]


@dataclass(frozen=True, kw_only=True)
class TokenSource:
    """Makes the token of a person who acts in a role."""

    issuer: DevelopmentIssuer

    @classmethod
    def open(cls, settings: BoxSettings) -> "TokenSource":
        """Find the key of the one box on this machine; raise IssuerForDevelopmentOnly in production."""
        folder = settings.identity_folder
        return cls(issuer=DevelopmentIssuer.open(folder=folder, settings=settings.identity))

    def token(self, person: DemoPerson) -> str:
        """Return a signed token."""
        return issue_for(self.issuer, person)

    def for_role(self, role: Role, *, territory: TerritoryCode | None = None) -> str:
        """Return the token of the demo person in a role, in another territory if one is given."""
        person = person_for(role)
        if territory is None:
            return self.token(person)
        return self.token(DemoPerson(person.person, role, territory, person.office, person.org))
