"""Who acts: the person, the role used, the unit, and how far the role reaches."""

from dataclasses import dataclass

from shared.kernel.territory import NATION, Scope

__all__ = ["Actor"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """The acting person as the journal names them.

    `role` is a code R01-R23 or `system`; `unit` is the code of the office or company they act for;
    `org` is the unified social credit code for company roles; `on_behalf_of` names the person who delegated.
    """

    person: str
    role: str
    unit: str | None = None
    org: str | None = None
    scope: Scope = Scope(NATION)
    on_behalf_of: str | None = None

    @classmethod
    def system(cls, name: str) -> "Actor":
        """Return the actor of a background process: the whole nation in scope, `system` for a role."""
        return cls(person=name, role="system")
