"""What a token must say, and what it makes of its holder."""

from datetime import timedelta

import pytest
from joserfc import jwt

from shared.identity import (
    DevelopmentIssuer,
    JwksCache,
    Role,
    TokenExpired,
    TokenInvalid,
    TokenMissing,
    TokenVerifier,
    bearer_token,
)
from shared.kernel import Actor, Scope
from shared.settings import IdentitySettings

from .conftest import NOON, StoppedClock

NOW = int(NOON.timestamp())
TOWN = "610703100"
DAY = 86_400
GOOD: dict[str, object] = {
    "iss": "http://127.0.0.1:8000/identity",
    "aud": "gongzhi",
    "sub": "officer-7",
    "iat": NOW,
    "exp": NOW + 600,
    "role": "R09",
    "territory": TOWN,
}


def signed(issuer: DevelopmentIssuer, **changes: object) -> str:
    """Sign the good claims with some of them changed; None takes a claim away."""
    claims = {name: value for name, value in (GOOD | changes).items() if value is not None}
    return jwt.encode({"alg": "RS256", "kid": issuer.key.kid}, claims, issuer.key)


async def test_a_token_names_who_acts_in_which_role_and_how_far_it_reaches(
    issuer: DevelopmentIssuer, verifier: TokenVerifier
) -> None:
    token = issuer.issue(
        role=Role.PROJECT_MANAGER,
        territory="610703",
        person="manager-1",
        unit="estate-office-3",
        org="91610703MA6YX00015",
        delegated_by="manager-0",
    )

    assert await verifier.verify(token) == Actor(
        person="manager-1",
        role="R04",
        unit="estate-office-3",
        org="91610703MA6YX00015",
        scope=Scope("610703"),
        on_behalf_of="manager-0",
    )


async def test_the_name_in_a_token_does_not_travel_further(
    issuer: DevelopmentIssuer, verifier: TokenVerifier
) -> None:
    actor = await verifier.verify(signed(issuer, name="张三"))

    assert "张三" not in repr(actor)


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "https://elsewhere.example"},
        {"iss": None},
        {"iss": ["http://127.0.0.1:8000/identity"]},
        {"aud": "another-service"},
        {"aud": ["another-service"]},
        {"aud": None},
        {"aud": 7},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
        {"sub": "a\nb"},
        {"sub": "x" * 129},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"exp": float("nan")},
        {"exp": float("inf")},
        {"exp": 10**400},
        {"iat": None},
        {"iat": NOW + 31},
        {"nbf": NOW + 31},
        {"nbf": "now"},
        {"role": None},
        {"role": "R99"},
        {"role": ["R09", "R12"]},
        {"role": "system"},
        {"territory": None},
        {"territory": "61"},
        {"territory": "6107031"},
        {"territory": "610703%"},
        {"territory": 610703100},
        {"unit": "a b"},
        {"org": "not-a-company-code"},
        {"delegated_by": {"person": "x"}, "delegated_from": NOW, "delegated_until": NOW + DAY},
        {"delegated_by": "chief"},
        {"delegated_by": "chief", "delegated_from": NOW},
        {"delegated_by": "chief", "delegated_until": NOW + DAY},
        {"delegated_from": NOW, "delegated_until": NOW + DAY},
        {"delegated_by": "officer-7", "delegated_from": NOW, "delegated_until": NOW + DAY},
        {"delegated_by": "chief", "delegated_from": NOW + DAY, "delegated_until": NOW + DAY * 2},
        {"delegated_by": "chief", "delegated_from": NOW, "delegated_until": NOW + DAY * 30 + 1},
        {"delegated_by": "chief", "delegated_from": NOW, "delegated_until": NOW},
        {"delegated_by": "chief", "delegated_from": NOW - 0.5, "delegated_until": NOW + DAY},
        {"delegated_by": "chief", "delegated_from": NOW, "delegated_until": 10**40},
    ],
    ids=str,
)
async def test_a_token_that_says_it_otherwise_is_not_valid(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, changes: dict[str, object]
) -> None:
    assert (await verifier.verify(signed(issuer))).person == "officer-7"

    with pytest.raises(TokenInvalid):
        await verifier.verify(signed(issuer, **changes))


@pytest.mark.parametrize(
    "changes",
    [{"aud": ["other", "gongzhi"]}, {"iat": NOW + 29}, {"nbf": NOW + 30}, {"exp": NOW - 29}],
    ids=str,
)
async def test_several_audiences_and_clocks_half_a_minute_apart_are_tolerated(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, changes: dict[str, object]
) -> None:
    actor = await verifier.verify(signed(issuer, **changes))

    assert actor.person == "officer-7"


@pytest.mark.parametrize("expires", [NOW - 30, NOW - 31, NOW - 86_400, 0, -1])
async def test_a_token_whose_time_is_over_says_so(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, expires: int
) -> None:
    with pytest.raises(TokenExpired):
        await verifier.verify(signed(issuer, exp=expires))


@pytest.mark.parametrize(
    ("role", "territory"),
    [
        ("R11", "6107"),
        ("R09", "610703"),
        ("R06", TOWN),
        ("R15", ""),
        ("R17", "61"),
        ("R01", "6107"),
        ("R16", ""),
    ],
)
async def test_a_role_cannot_be_given_more_than_its_level(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, role: str, territory: str
) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.verify(signed(issuer, role=role, territory=territory))


async def test_the_platforms_own_posts_need_no_territory(
    issuer: DevelopmentIssuer, verifier: TokenVerifier
) -> None:
    actor = await verifier.verify(signed(issuer, role="R21S", territory=None))

    assert actor.scope == Scope("")


async def test_a_remembered_token_is_not_verified_again_and_expires_all_the_same(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, clock: StoppedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = issuer.issue(
        role=Role.TOWN_OFFICER, territory=TOWN, person="officer-7", lifetime=timedelta(minutes=10)
    )
    first = await verifier.verify(token)
    monkeypatch.setattr(verifier, "_payload", None)

    assert await verifier.verify(token) == first

    clock.move(minutes=10, seconds=30)
    with pytest.raises(TokenExpired):
        await verifier.verify(token)


async def test_a_delegation_of_thirty_days_is_good_until_its_last_second(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, clock: StoppedClock
) -> None:
    delegation = {"delegated_by": "chief", "delegated_from": NOW, "delegated_until": NOW + 30 * DAY}
    token = signed(issuer, exp=NOW + 60 * DAY, **delegation)

    first = await verifier.verify(token)
    clock.move(days=30, seconds=29)
    again = await verifier.verify(token)
    clock.move(seconds=2)

    assert (first.on_behalf_of, again.on_behalf_of) == ("chief", "chief")
    with pytest.raises(TokenExpired):
        await verifier.verify(token)


async def test_a_delegation_that_is_over_is_told_as_such(
    issuer: DevelopmentIssuer, verifier: TokenVerifier
) -> None:
    over = {"delegated_by": "chief", "delegated_from": NOW - DAY * 2, "delegated_until": NOW - DAY}

    with pytest.raises(TokenExpired):
        await verifier.verify(signed(issuer, **over))


async def test_a_district_may_allow_shorter_delegations(
    issuer: DevelopmentIssuer, settings: IdentitySettings, keys: JwksCache, clock: StoppedClock
) -> None:
    strict = settings.model_copy(update={"most_delegation_days": 7})
    verifier = TokenVerifier(settings=strict, keys=keys, clock=clock)
    eight_days = {"delegated_by": "chief", "delegated_from": NOW, "delegated_until": NOW + 8 * DAY}

    with pytest.raises(TokenInvalid):
        await verifier.verify(signed(issuer, **eight_days))


async def test_a_forged_token_is_refused_every_time(
    issuer: DevelopmentIssuer, verifier: TokenVerifier
) -> None:
    token = signed(issuer)
    forged = token[:-8] + ("A" * 8 if not token.endswith("A" * 8) else "B" * 8)

    for _ in range(2):
        with pytest.raises(TokenInvalid):
            await verifier.verify(forged)


async def test_only_so_many_tokens_are_remembered_the_longest_unused_goes_first(
    issuer: DevelopmentIssuer, settings: IdentitySettings, keys: JwksCache, clock: StoppedClock
) -> None:
    verifier = TokenVerifier(settings=settings, keys=keys, clock=clock, most_remembered=2)
    first, second, third = (signed(issuer, sub=f"person-{number}") for number in range(3))

    for token in (first, second, first, third):
        await verifier.verify(token)

    assert [known.actor.person for known in verifier._known.values()] == ["person-0", "person-2"]


@pytest.mark.parametrize("header", [None, "", "   "])
def test_no_header_is_a_missing_token(header: str | None) -> None:
    with pytest.raises(TokenMissing):
        bearer_token(header)


@pytest.mark.parametrize("header", ["Bearer", "Bearer  ", "Basic dXNlcjpwYXNz", "token-alone"])
def test_a_header_of_another_kind_is_an_invalid_token(header: str) -> None:
    with pytest.raises(TokenInvalid):
        bearer_token(header)


def test_the_scheme_may_be_written_in_any_case() -> None:
    assert bearer_token("bearer a.b.c") == bearer_token("BEARER  a.b.c ") == "a.b.c"


def test_refusals_speak_both_languages_and_say_what_to_do() -> None:
    assert "重新登录" in TokenExpired().sentence("zh")
    assert "Sign in again" in TokenExpired().sentence("en")
