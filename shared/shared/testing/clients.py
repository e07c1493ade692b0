"""HTTP clients that act in a role.

The token of tests is the actor in base64: signatures have tests of their own in `shared.identity`.
"""

import base64
import json
from datetime import datetime

from fastapi import Request

from shared.identity import Role, TokenInvalid
from shared.kernel import Actor, Scope
from shared.storage import Database

__all__ = ["as_role", "read_test_token"]


def as_role(
    role: Role,
    territory: str = "610703",
    *,
    person: str | None = None,
    unit: str | None = None,
    org: str | None = None,
) -> dict[str, str]:
    """Return the headers of a person who acts in a role within a territory."""
    claims = {
        "person": person or f"person-{role.value}",
        "role": role.value,
        "territory": territory,
        "unit": unit,
        "org": org,
    }
    token = base64.urlsafe_b64encode(json.dumps(claims).encode()).decode()
    return {"authorization": f"Bearer {token}"}


async def read_test_token(_database: Database, request: Request, _now: datetime) -> Actor:
    """Read back what `as_role` wrote."""
    try:
        claims = json.loads(base64.urlsafe_b64decode(request.headers["authorization"].partition(" ")[2]))
    except ValueError as broken:
        raise TokenInvalid from broken
    return Actor(
        person=claims["person"],
        role=claims["role"],
        unit=claims["unit"],
        org=claims["org"],
        scope=Scope(claims["territory"]),
    )
