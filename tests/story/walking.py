"""What a told story left on a running box: where it can be looked at, and by whom."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

import httpx

from onebox.tokens import TokenSource
from shared.identity import Permission, Role, SignatureAlgorithm, SignedCalls, allowed
from shared.web import operations
from tests.story.recording import Exchange, pattern_of
from tests.story.trying import TrialRecorder

__all__ = ["Operation", "Told", "Walk"]

UUID: Final = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")
# Names that the list above an address does not tell, but another of the service.
TOLD_IN: Final = {"event_id": "audit/acts", "subject": "audit/acts"}
# Who between them are told of everything.
TELLERS: Final = (
    *(Role.AUTHORITY_OFFICER, Role.FINANCE_OFFICER, Role.EXCHANGE_ADMIN),
    *(Role.HOTLINE_LIAISON, Role.AUDIT_ADMIN, Role.FUND_CLERK, Role.OWNER),
)
Operation = Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A box on which the story was told, its tokens, and what was asked and answered."""

    url: str
    tokens: TokenSource
    recorder: TrialRecorder


@dataclass(frozen=True)
class Walk:
    """A walk over all routes of the document, with addresses that name what the story made."""

    client: httpx.AsyncClient
    tokens: TokenSource
    document: Mapping[str, Any]
    kept: list[Exchange]
    _addresses: dict[str, str | None] = field(default_factory=dict)
    _seers: dict[str, Role] = field(default_factory=dict)
    _tokens: dict[Role, str] = field(default_factory=dict)

    def routes(self) -> Iterator[tuple[str, str, Permission]]:
        """Yield method, path and permission of every route."""
        for path, method, operation in operations(dict(self.document)):
            yield method.upper(), path, Permission(operation["x-permission"])

    async def address_of(self, path: str) -> str | None:
        """Return an address that names what the story made: one it used, or one from the list above it."""
        if path not in self._addresses:
            self._addresses[path] = await self._find_address(path)
        return self._addresses[path]

    async def _find_address(self, path: str) -> str | None:
        pattern = re.compile(pattern_of(path) + r"(?=/|\Z)")
        used = next((found[0] for kept in reversed(self.kept) if (found := pattern.match(kept.path))), None)
        if used is not None or "{" not in path:
            return used or path
        parent, _, name = path.rpartition("/")
        if name.startswith("{"):
            return await self._first_of(parent, name.strip("{}"))
        above = await self.address_of(parent)
        return above and f"{above}/{name}"

    async def _first_of(self, parent: str, name: str) -> str | None:
        told_in = f"/api/{parent.split('/')[2]}/{TOLD_IN[name]}" if name in TOLD_IN else parent
        told_in = f"{told_in}?{self.query_of(told_in)}"
        for role in TELLERS:
            answer = await self.client.get(told_in, headers=self.insider(role))
            listed = answer.json().values() if answer.status_code == 200 else ()
            items = next((rows for rows in listed if isinstance(rows, list)), [])
            # The nation, at the top of all territories, has no code of its own.
            key = next((key for item in items if (key := item.get(name) or item.get("id"))), None)
            if key:
                return f"{parent}/{key}"
        return None

    def permission_of(self, kept: Exchange) -> Permission | None:
        """Return the permission of the route that a request of the story went to."""
        return next(
            (
                permission
                for method, path, permission in self.routes()
                if method == kept.method and re.fullmatch(pattern_of(path), kept.path)
            ),
            None,
        )

    def query_of(self, address: str) -> str:
        """Return with which query the story asked at an address, if it did."""
        return next((kept.query for kept in self.kept if kept.path == address and kept.query), "")

    def made(self) -> set[str]:
        """Return the ids of everything that lies in the story's territory."""
        return {
            found
            for kept in self.kept
            if kept.method == "POST" and isinstance(kept.answer, dict)
            for found in UUID.findall(str(kept.answer.get("id", "")))
        }

    def insider(self, role: Role) -> dict[str, str]:
        """Return the header fields of the demo person in a role."""
        if role not in self._tokens:
            self._tokens[role] = self.tokens.for_role(role)
        return {"authorization": f"Bearer {self._tokens[role]}", "x-reason": "walk"}

    @cached_property
    def department(self) -> SignedCalls:
        """The key that the story made for a department."""
        key = next(kept.answer for kept in self.kept if kept.path.endswith("/keys"))
        return SignedCalls(key_id=key["key_id"], secret=key["secret"], algorithm=SignatureAlgorithm.HMAC_SM3)

    async def looked_at(self, path: str, operation: Operation) -> str | None:
        """Return an address at which a route shows something, with the query that it must have."""
        address = await self.address_of(path)
        needed = [one for one in operation["parameters"] if one.get("in") == "query" and one.get("required")]
        if address is None or not needed:
            return address
        return f"{address}?{self.query_of(address)}"

    async def who_sees(self, permission: Permission, address: str) -> Role:
        """Return the first role that is shown something at an address, the last that may ask for none."""
        if address not in self._seers:
            for role in (role for role in Role if allowed(role, permission)):
                self._seers[address] = role
                if not (await self.look(role, address)).is_error:
                    break
        return self._seers[address]

    async def look(self, role: Role, address: str, fields: Mapping[str, str] | None = None) -> httpx.Response:
        """Ask at an address as the demo person in a role, or as the story's department."""
        if role is Role.DEPARTMENT_SYSTEM:
            return await self.client.get(address, auth=self.department, headers=fields)
        return await self.client.get(address, headers={**self.insider(role), **(fields or {})})
