"""Every route × every role, from inside a territory and from outside it, on what the whole story left behind.

The story is recorded as it is told, so every address names something that is there. Whoever holds the
permission, but in another province, with another unit and company, finds nothing of it.
"""

from collections.abc import AsyncIterator

import httpx
import pytest

from shared.identity import PUBLIC, Role, ScopeKind, allowed
from shared.kernel import is_territory_code
from tests.story.walking import Told, Walk

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


@pytest.fixture
async def walk(told: Told) -> AsyncIterator[Walk]:
    async with httpx.AsyncClient(base_url=told.url, timeout=30) as client:
        yield Walk(
            client=client, tokens=told.tokens, document=told.recorder.document, kept=told.recorder.kept
        )


def stranger(walk: Walk, role: Role) -> dict[str, str]:
    territory = ELSEWHERE.get(role.facts.scope, DISTRICT_ELSEWHERE)
    token = walk.tokens.issuer.issue(
        role=role, territory=territory, person="stranger", unit=f"{territory}:office", org=OTHER_ORG
    )
    return {"authorization": f"Bearer {token}"}


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
                outside = await walk.client.get(address, headers=stranger(walk, role))

                leaked = {one for one in made if outside.status_code == 200 and one in outside.text}
                assert leaked == set(), f"{role} {address}: {outside.text[:500]}"
                refused = outside.status_code in _ANSWERS_OF_NOTHING["{" in path]
                assert refused or _is_empty(outside), f"{role} {address}"
                met |= {path} if inside.status_code == 200 and _shows(inside, made) else set()

    assert met >= MUST_BE_MET, "the walk meets what a stranger may not see"


async def test_a_stranger_with_the_permission_changes_nothing(walk: Walk) -> None:
    tried = set()
    for kept in walk.kept:
        permission = walk.permission_of(kept)
        for role in STRANGERS:
            if kept.method == "GET" or permission is None or not allowed(role, permission):
                continue
            headers = stranger(walk, role) | {"content-type": "application/json"}
            answer = await walk.client.request(kept.method, kept.path, content=kept.body, headers=headers)

            tried.add(kept.path)
            assert 400 <= answer.status_code < 500 or _refused_line_by_line(answer), f"{role} {kept.path}"

    assert len(tried) > 15, "the walk tries what the story did"
    assert await _acts_of_strangers(walk) == []


def _shows(answer: httpx.Response, made: set[str]) -> bool:
    return any(one in answer.text for one in made)


def _is_empty(answer: httpx.Response) -> bool:
    """A list below an address may be empty as well: it tells no more than that the address is not there."""
    return answer.status_code == 200 and answer.json().get("items") == []


def _refused_line_by_line(answer: httpx.Response) -> bool:
    """A batch is answered line by line: all of its lines are refused."""
    told = answer.json()
    taken = told.get("rows", told.get("posted", 0) + told.get("refused", 0)) - told.get("refused", 0)
    return answer.status_code == 200 and told.get("refused", 0) > 0 and taken == 0


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
