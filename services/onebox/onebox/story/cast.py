"""Who acts in the story, and the made-up names of one telling."""

from dataclasses import dataclass
from typing import Final, Self

from onebox.demo_people import COMMUNITY, TOWN, DemoPerson
from shared.identity import Role
from shared.kernel import check_company_code, new_id

__all__ = ["Cast", "made_up_code"]

_CHARACTERS: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_BODY_DIGITS: Final = 8


@dataclass(frozen=True, kw_only=True)
class Cast:
    """People and names. `mark` makes the names of one telling its own, so that it can be told again."""

    mark: str
    org: str
    community: DemoPerson
    town: DemoPerson
    town_lead: DemoPerson
    authority: DemoPerson
    publisher: DemoPerson
    authority_lead: DemoPerson
    finance: DemoPerson
    accountant: DemoPerson
    treasury: DemoPerson
    manager: DemoPerson
    supervisor: DemoPerson
    exchange_admin: DemoPerson

    @classmethod
    def made_up(cls) -> Self:
        """Return a cast with new names."""
        mark = new_id().hex[-8:]
        org = made_up_code(mark, kind="91")
        return cls(
            mark=mark,
            org=org,
            community=DemoPerson(f"community-{mark}", Role.COMMUNITY_WORKER, COMMUNITY, "community"),
            town=DemoPerson(f"town-{mark}", Role.TOWN_OFFICER, TOWN, "town"),
            town_lead=DemoPerson(f"town-lead-{mark}", Role.TOWN_LEADER, TOWN, "town"),
            authority=DemoPerson(f"authority-{mark}", Role.AUTHORITY_OFFICER, office="authority"),
            publisher=DemoPerson(f"publisher-{mark}", Role.AUTHORITY_OFFICER, office="authority"),
            authority_lead=DemoPerson(f"authority-lead-{mark}", Role.AUTHORITY_LEADER, office="authority"),
            finance=DemoPerson(f"finance-{mark}", Role.FINANCE_OFFICER, office="finance"),
            accountant=DemoPerson(f"accountant-{mark}", Role.FINANCE_OFFICER, office="finance"),
            treasury=DemoPerson(f"treasury-{mark}", Role.FINANCE_OFFICER, office="finance"),
            manager=DemoPerson(f"manager-{mark}", Role.PROJECT_MANAGER, org=org),
            supervisor=DemoPerson(f"supervisor-{mark}", Role.SUPERVISOR, office="supervision"),
            exchange_admin=DemoPerson(f"exchange-{mark}", Role.EXCHANGE_ADMIN, office="exchange"),
        )


def made_up_code(mark: str, *, kind: str) -> str:
    """Return a well-formed code that belongs to nobody we know.

    `mark` is 8 hex digits; `kind` is 91 for a company, 11 for a public body.
    """
    body = "".join(_CHARACTERS[int(digit, 16)] for digit in mark[:_BODY_DIGITS])
    candidates = (f"{kind}610703{body}{check}{last}" for check in "0123456789X" for last in _CHARACTERS)
    return next(code for code in candidates if check_company_code(code).valid)
