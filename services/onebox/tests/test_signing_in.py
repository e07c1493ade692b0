"""The endpoints of the development issuer: what they give, and to whom they give nothing."""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from onebox.demo_people import DEMO_PEOPLE
from onebox.signing_in import IdentityPages, client_secret
from shared.identity import DevelopmentIssuer, TokenVerifier, jwks_cache
from shared.settings import IdentitySettings, load
from shared.testing import SettableClock

VERIFIER: Final = "v" * 64
CHALLENGE: Final = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=").decode()
FORM: Final = "application/x-www-form-urlencoded"
BACK: Final = "http://127.0.0.1:4711/back"
ASKED: Final = {
    "response_type": "code",
    "client_id": "stranger",
    "redirect_uri": BACK,
    "scope": "openid",
    "state": "s<&>",
    "nonce": "n",
    "code_challenge": CHALLENGE,
    "code_challenge_method": "S256",
}
TOWN: Final = "town-1"


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock(datetime(2026, 11, 28, 9, tzinfo=UTC))


@pytest.fixture
def issuer(tmp_path: Path, clock: SettableClock) -> DevelopmentIssuer:
    return DevelopmentIssuer.open(folder=tmp_path, settings=load(IdentitySettings), clock=clock)


@pytest.fixture
async def client(issuer: DevelopmentIssuer) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=IdentityPages(issuer))
    async with httpx.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000/identity") as made:
        yield made


async def code(client: httpx.AsyncClient, **changes: str) -> str:
    answer = await client.post("/authorize", data=ASKED | {"person": TOWN} | changes)
    return told(answer)["code"]


def told(answer: httpx.Response) -> dict[str, str]:
    """Return what the browser brings back to the client."""
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(f"{BACK}?")
    return {name: values[0] for name, values in parse_qs(urlsplit(answer.headers["location"]).query).items()}


async def exchanged(client: httpx.AsyncClient, given: str, **changes: str) -> httpx.Response:
    asked = {
        "grant_type": "authorization_code",
        "client_id": "stranger",
        "redirect_uri": BACK,
        "code": given,
        "code_verifier": VERIFIER,
    }
    return await client.post("/token", data=asked | changes)


async def holder(issuer: DevelopmentIssuer, answer: httpx.Response) -> tuple[str, str]:
    settings = issuer.settings.model_copy(update={"jwks_file": issuer.jwks_file})
    verifier = TokenVerifier(settings=settings, keys=jwks_cache(settings), clock=issuer.clock)
    actor = await verifier.verify(answer.json()["access_token"])
    return actor.person, actor.role


async def test_the_page_shows_everybody_in_both_languages_and_nothing_unescaped(
    client: httpx.AsyncClient,
) -> None:
    page = (await client.get("/authorize", params=ASKED | {"client_id": "<script>"})).text

    assert all(f'value="{person.person}"' in page for person in DEMO_PEOPLE)
    assert "镇（街道）物业专干" in page
    assert "Choose whom to be" in page
    assert "<script>" not in page
    assert 'value="s&lt;&amp;&gt;"' in page


async def test_who_was_chosen_acts_with_the_token_of_the_code(
    client: httpx.AsyncClient, issuer: DevelopmentIssuer
) -> None:
    back = told(await client.post("/authorize", data=ASKED | {"person": TOWN}))

    answer = await exchanged(client, back["code"])

    assert (back["state"], back["iss"]) == ("s<&>", issuer.settings.issuer)
    assert await holder(issuer, answer) == (TOWN, "R09")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "w" * 64},
        {"client_id": "another"},
        {"redirect_uri": f"{BACK}/else"},
        {"code": "made-up"},
        {"code_verifier": ""},
    ],
)
async def test_a_code_is_good_for_the_client_that_began_alone(
    client: httpx.AsyncClient, changes: dict[str, str]
) -> None:
    refused = await exchanged(client, await code(client), **changes)

    assert (refused.status_code, refused.json()["error"]) == (400, "invalid_grant")


async def test_a_code_is_good_once(client: httpx.AsyncClient) -> None:
    given = await code(client)

    answers = [(await exchanged(client, given)).status_code for _ in range(2)]

    assert answers == [200, 400]


async def test_a_code_is_good_for_a_minute(client: httpx.AsyncClient, clock: SettableClock) -> None:
    given = await code(client)
    clock.now += timedelta(seconds=61)

    assert (await exchanged(client, given)).status_code == 400


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": "https://elsewhere.example/back"},
        {"redirect_uri": "http://127.0.0.1.elsewhere.example/"},
        {"redirect_uri": "http://127.0.0.1@elsewhere.example/"},
        {"redirect_uri": "javascript://127.0.0.1/%0aalert(1)"},
        {"redirect_uri": ""},
        {"client_id": ""},
        {"person": "nobody"},
    ],
)
async def test_nobody_is_sent_elsewhere(client: httpx.AsyncClient, changes: dict[str, str]) -> None:
    answer = await client.post("/authorize", data=ASKED | {"person": TOWN} | changes)

    assert answer.status_code == 400
    assert "location" not in answer.headers


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
    ],
)
async def test_a_client_without_a_code_and_its_proof_is_told_why(
    client: httpx.AsyncClient, changes: dict[str, str], error: str
) -> None:
    shown = await client.get("/authorize", params=ASKED | changes)
    chosen = await client.post("/authorize", data=ASKED | {"person": TOWN} | changes)

    for answer in (shown, chosen):
        assert (told(answer)["error"], told(answer)["state"]) == (error, "s<&>")


async def test_a_machine_acts_as_the_person_whose_name_it_has(
    client: httpx.AsyncClient, issuer: DevelopmentIssuer
) -> None:
    asked, credentials = {"grant_type": "client_credentials"}, (TOWN, client_secret(issuer.key))

    by_header = await client.post("/token", data=asked, auth=credentials)
    by_form = await client.post("/token", data=asked | {"client_id": TOWN, "client_secret": credentials[1]})

    assert [await holder(issuer, answer) for answer in (by_header, by_form)] == [(TOWN, "R09")] * 2
    assert "id_token" not in by_form.json()


@pytest.mark.parametrize(
    ("asked", "auth", "expected"),
    [
        ({"grant_type": "client_credentials"}, (TOWN, "wrong"), (401, "invalid_client")),
        ({"grant_type": "client_credentials"}, ("nobody", ""), (401, "invalid_client")),
        ({"grant_type": "client_credentials", "client_id": TOWN}, None, (401, "invalid_client")),
        ({"grant_type": "client_credentials"}, None, (401, "invalid_client")),
        ({"grant_type": "password", "client_id": TOWN}, None, (400, "unsupported_grant_type")),
        ({"client_id": TOWN}, None, (400, "invalid_request")),
    ],
)
async def test_nobody_else_gets_a_token(
    client: httpx.AsyncClient,
    asked: dict[str, Any],
    auth: tuple[str, str] | None,
    expected: tuple[int, str],
) -> None:
    answer = await client.post("/token", data=asked, auth=auth or httpx.USE_CLIENT_DEFAULT)

    assert (answer.status_code, answer.json()["error"]) == expected


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("multipart/form-data", b"no boundary is named"),
        ("multipart/form-data; boundary=b", b"--b\r\nbroken"),
        ("application/json", b"{}"),
        (FORM, b"\xff=\xfe"),
        (FORM, b"&".join(b"name%d=1" % number for number in range(1_000))),
    ],
)
@pytest.mark.parametrize(("path", "status"), [("/token", 401), ("/authorize", 400)])
async def test_what_is_no_form_is_refused_like_an_empty_one(
    client: httpx.AsyncClient, path: str, status: int, kind: str, body: bytes
) -> None:
    answer = await client.post(path, content=body, headers={"content-type": kind})

    assert answer.status_code == status


async def test_two_boxes_have_two_secrets(issuer: DevelopmentIssuer, tmp_path: Path) -> None:
    other = DevelopmentIssuer.open(folder=tmp_path / "other", settings=issuer.settings)

    assert client_secret(issuer.key) != client_secret(other.key)
