"""Every route × every role, from inside a territory and from outside it, on what the whole story left behind.

The story is recorded as it is told, so every address names something that is there. Whoever holds the
permission, but in another province, with another unit and company, finds nothing of it.
"""

import asyncio
import re
from collections.abc import AsyncIterator, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from onebox.box import BoxSettings
from onebox.client import Client
from onebox.story import tell
from onebox.tokens import TokenSource
from shared.clusters import free_ports
from shared.identity import PUBLIC, Permission, Role, ScopeKind, allowed
from shared.kernel import is_territory_code
from tests.story.box import running_box
from tests.story.recording import Exchange, Recorder

# By the reach of a role, a territory in another province.
ELSEWHERE = {
    ScopeKind.COMMUNITY: "620102001001",
    ScopeKind.TOWN: "620102001",
    ScopeKind.HOUSEHOLD: "620102001001",
    ScopeKind.BUILDINGS: "620102001001",
    ScopeKind.ESTATE: "620102001001",
}
DISTRICT_ELSEWHERE = "620102"
OTHER_ORG = "91610703MA6YT3K7X1"
STRANGERS = [
    role
    for role in Role
    if role.facts.scope not in {ScopeKind.PLATFORM, ScopeKind.OPEN} and role is not Role.DEPARTMENT_SYSTEM
]
# Rules, catalogues and totals that are the same for everybody who may read them: nobody's territory.
OF_NO_TERRITORY = {"rules_read", "scheme_read", "programme_read", "health_read", "openapi_read", "seals_read"}
# What a stranger may be told: of one thing, that it is not there or not theirs; of a list, that it is empty,
# or that the question lacks a filter.
_ANSWERS_OF_NOTHING = {True: {403, 404}, False: {200, 422}}
# Routes that show somebody of the territory what the story left: the walk would prove nothing without them.
MUST_BE_MET = {
    f"/api/{path}"
    for path in (
        "credit-rating/companies/{org}/items",
        "credit-rating/audit/acts",
        "dispute-mediation/complaints",
        "dispute-mediation/complaints/{case_id}",
        "dispute-mediation/complaints/{case_id}/course",
        "dispute-mediation/items",
        "dispute-mediation/items/{item_id}",
        "dispute-mediation/meetings",
        "dispute-mediation/meetings/{meeting_id}",
        "estate-registry/contracts",
        "estate-registry/contracts/{contract_id}",
        "estate-registry/estate-imports",
        "subsidy-ledger/budgets",
        "subsidy-ledger/budgets/{budget_id}",
        "subsidy-ledger/claims",
        "subsidy-ledger/claims/{claim_id}",
        "supervision/estate-files/{estate_id}",
    )
}
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Walk:
    """A told story: where it can be looked at, what it left, and who may look."""

    client: httpx.AsyncClient
    tokens: TokenSource
    document: Mapping[str, Any]
    kept: list[Exchange]

    def routes(self) -> Iterator[tuple[str, str, Permission]]:
        for path, item in self.document["paths"].items():
            for method, operation in item.items():
                if "x-permission" in operation:
                    yield method.upper(), path, Permission(operation["x-permission"])

    async def address_of(self, path: str) -> str | None:
        """Return an address that names what the story made: one it used, or one from the list above it."""
        pattern = re.compile(re.sub(r"\{[^}]+\}", "[^/]+", path) + r"(?=/|\Z)")
        used = next((found[0] for kept in reversed(self.kept) if (found := pattern.match(kept.path))), None)
        if used is not None or "{" not in path:
            return used or path
        parent, _, name = path.rpartition("/")
        if name.startswith("{"):
            return await self._first_of(parent, name.strip("{}"))
        above = await self.address_of(parent)
        return above and f"{above}/{name}"

    async def _first_of(self, parent: str, name: str) -> str | None:
        for role in (Role.AUTHORITY_OFFICER, Role.FINANCE_OFFICER, Role.EXCHANGE_ADMIN, Role.HOTLINE_LIAISON):
            answer = await self.client.get(parent, headers=self.insider(role))
            items = answer.json().get("items", []) if answer.status_code == 200 else []
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
                if method == kept.method and re.fullmatch(re.sub(r"\{[^}]+\}", "[^/]+", path), kept.path)
            ),
            None,
        )

    def made(self) -> set[str]:
        """Return the ids of everything that lies in the story's territory."""
        return {
            found
            for kept in self.kept
            if kept.method == "POST" and isinstance(kept.answer, dict)
            for found in UUID.findall(str(kept.answer.get("id", "")))
        }

    def stranger(self, role: Role) -> dict[str, str]:
        territory = ELSEWHERE.get(role.facts.scope, DISTRICT_ELSEWHERE)
        token = self.tokens.issuer.issue(
            role=role, territory=territory, person="stranger", unit=f"{territory}:office", org=OTHER_ORG
        )
        return {"authorization": f"Bearer {token}"}

    def insider(self, role: Role) -> dict[str, str]:
        return {"authorization": f"Bearer {self.tokens.for_role(role)}", "x-reason": "walk"}


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, TokenSource, list[Exchange]]]:
    folder = tmp_path_factory.mktemp("walk")
    for part in (folder, *folder.parents[:2]):
        part.chmod(0o755)
    with (
        running_box(folder / "data", free_ports()[0], folder / "log") as box,
        pytest.MonkeyPatch.context() as surroundings,
    ):
        surroundings.setenv("GONGZHI_DATA", box.environment["GONGZHI_DATA"])
        surroundings.setenv("GONGZHI_PORT", box.environment["GONGZHI_PORT"])
        tokens = TokenSource.open(BoxSettings.from_environment())
        recorder = Recorder()

        async def tell_it() -> None:
            async with Client(box.url, transport=recorder) as client:
                await tell(client, tokens=tokens, say=lambda _line: None)

        asyncio.run(tell_it())
        yield box.url, tokens, recorder.kept


@pytest.fixture
async def walk(told: tuple[str, TokenSource, list[Exchange]]) -> AsyncIterator[Walk]:
    url, tokens, kept = told
    async with httpx.AsyncClient(base_url=url, timeout=30) as client:
        document = (await client.get("/api/openapi.json")).json()
        yield Walk(client=client, tokens=tokens, document=document, kept=kept)


def test_a_stranger_comes_from_a_territory_there_can_be() -> None:
    assert all(is_territory_code(code) for code in (*ELSEWHERE.values(), DISTRICT_ELSEWHERE))


async def test_a_stranger_with_the_permission_finds_nothing(walk: Walk) -> None:
    made, met = walk.made(), set()
    for method, path, permission in walk.routes():
        address = await walk.address_of(path) if method == "GET" else None
        if address is None or permission in PUBLIC or permission.value in OF_NO_TERRITORY:
            continue
        for role in STRANGERS:
            if allowed(role, permission):
                inside = await walk.client.get(address, headers=walk.insider(role))
                outside = await walk.client.get(address, headers=walk.stranger(role))

                leaked = {one for one in made if outside.status_code == 200 and one in outside.text}
                assert leaked == set(), f"{role} {address}: {outside.text[:500]}"
                assert outside.status_code in _ANSWERS_OF_NOTHING["{" in path], f"{role} {address}"
                met |= {path} if inside.status_code == 200 and _shows(inside, made) else set()

    assert met >= MUST_BE_MET, "the walk meets what a stranger may not see"


async def test_a_stranger_with_the_permission_changes_nothing(walk: Walk) -> None:
    tried = set()
    for kept in walk.kept:
        permission = walk.permission_of(kept)
        for role in STRANGERS:
            if kept.method == "GET" or permission is None or not allowed(role, permission):
                continue
            headers = walk.stranger(role) | {"content-type": "application/json"}
            answer = await walk.client.request(kept.method, kept.path, content=kept.body, headers=headers)

            tried.add(kept.path)
            assert 400 <= answer.status_code < 500 or _refused_line_by_line(answer), f"{role} {kept.path}"

    assert len(tried) > 15, "the walk tries what the story did"
    assert await _acts_of_strangers(walk) == []


def _shows(answer: httpx.Response, made: set[str]) -> bool:
    return any(one in answer.text for one in made)


def _refused_line_by_line(answer: httpx.Response) -> bool:
    """A batch is answered line by line: all of its lines are refused."""
    told = answer.json()
    return answer.status_code == 200 and "rows" in told and told["rows"] == told["refused"]


async def _acts_of_strangers(walk: Walk) -> list[object]:
    acts: list[object] = []
    for service in {path.split("/")[2] for _, path, _ in walk.routes()}:
        answer = await walk.client.get(
            f"/api/{service}/audit/acts",
            params={"person": "stranger"},
            headers=walk.insider(Role.AUDIT_ADMIN),
        )
        acts += answer.json()["items"]
    return acts
