"""An ordinary OpenID Connect client finds its way by the discovery document alone, and calls."""

import json
from typing import Any, Final

import httpx
import pytest

from onebox.demo_people import person_for
from onebox.signing_in import client_secret
from shared.identity import Role
from tests.judges.tools import node, tokens
from tests.story.box import RunningBox

pytestmark = pytest.mark.judges

TOWN: Final = person_for(Role.TOWN_OFFICER).person
AUTHORITY: Final = person_for(Role.AUTHORITY_OFFICER).person
NEEDED: Final = {
    *("issuer", "authorization_endpoint", "token_endpoint", "jwks_uri", "response_types_supported"),
    *("subject_types_supported", "id_token_signing_alg_values_supported", "grant_types_supported"),
    *("code_challenge_methods_supported", "token_endpoint_auth_methods_supported", "scopes_supported"),
}


def issuer_of(box: RunningBox) -> str:
    return f"{box.url}/identity"


@pytest.fixture(scope="module")
def told(box: RunningBox) -> dict[str, Any]:
    said = node(
        "oidc.mjs",
        ISSUER=issuer_of(box),
        BOX_URL=box.url,
        CLIENT=AUTHORITY,
        SECRET=client_secret(tokens(box).issuer.key),
        PERSON=TOWN,
    )
    assert said.returncode == 0, said.stdout + said.stderr
    result: dict[str, Any] = json.loads(said.stdout)
    return result


def test_a_machine_gets_a_token_by_its_secret_and_calls(told: dict[str, Any]) -> None:
    assert told["machine"] == {"type": "bearer", "called": 200}


def test_a_person_signs_in_by_a_code_that_is_good_once(told: dict[str, Any]) -> None:
    person = told["person"]

    assert (person["subject"], person["called"], person["again"]) == (TOWN, 200, "invalid_grant")


def test_what_says_who_signed_in_is_no_token_for_a_service(box: RunningBox, told: dict[str, Any]) -> None:
    headers = {"authorization": f"Bearer {told['person']['id_token']}"}

    answer = httpx.get(f"{box.url}/api/estate-registry/contracts", headers=headers, timeout=30)

    assert (answer.status_code, answer.json()["type"]) == (401, "/api/problems/token-invalid")


def test_the_discovery_document_says_all_that_a_client_must_know(box: RunningBox) -> None:
    document = httpx.get(f"{issuer_of(box)}/.well-known/openid-configuration", timeout=30).json()

    assert document.keys() >= NEEDED
    assert document["issuer"] == issuer_of(box)
