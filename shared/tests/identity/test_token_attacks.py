"""Forged tokens of our own making: none gets through."""

import base64
import json
from collections.abc import Mapping
from dataclasses import replace

import pytest
from joserfc import jws, jwt
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from shared.identity import DevelopmentIssuer, JwksCache, TokenInvalid, TokenVerifier
from shared.identity.keys import VerificationKey
from shared.identity.signatures import SignatureCheck
from shared.settings import SigningAlgorithm

from .conftest import NOON

NOW = int(NOON.timestamp())
CLAIMS: dict[str, object] = {
    "iss": "http://127.0.0.1:8000/identity",
    "aud": "gongzhi",
    "sub": "intruder",
    "iat": NOW,
    "exp": NOW + 600,
    "role": "R12",
    "territory": "610703",
}
ATTACKER = RSAKey.generate_key(2048, parameters={"kid": "attacker"})


def text(part: object) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def signed(issuer: DevelopmentIssuer, header: Mapping[str, object]) -> str:
    """Sign with the issuer's true key whatever header it is, without asking the library's opinion."""
    full = {"alg": "RS256", "kid": issuer.key.kid, **header}
    head = f"{text(full)}.{text(CLAIMS)}"
    algorithm = jws.JWSRegistry.algorithms["RS256"]
    return f"{head}.{text(algorithm.sign(head.encode(), issuer.key))}"


async def test_the_same_claims_with_a_plain_header_would_have_been_accepted(
    issuer: DevelopmentIssuer, verifier: TokenVerifier
) -> None:
    assert (await verifier.verify(signed(issuer, {"typ": "JWT"}))).person == "intruder"


@pytest.mark.parametrize("algorithm", ["none", "None", "NONE", "nOnE", "", None, 0, ["RS256"], {}])
async def test_a_token_without_a_signature_is_refused(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, algorithm: object
) -> None:
    header = {"alg": algorithm, "kid": issuer.key.kid}

    for signature in ("", signed(issuer, {}).rpartition(".")[2]):
        with pytest.raises(TokenInvalid):
            await verifier.verify(f"{text(header)}.{text(CLAIMS)}.{signature}")


@pytest.mark.parametrize("form", ["pem", "der", "modulus", "jwk"])
async def test_the_public_key_is_no_shared_secret(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, form: str
) -> None:
    public = issuer.key.as_dict(private=False)
    secrets = {
        "pem": issuer.key.as_pem(private=False),
        "der": issuer.key.as_der(private=False),
        "modulus": str(public["n"]).encode(),
        "jwk": json.dumps(public).encode(),
    }
    head = f"{text({'alg': 'HS256', 'kid': issuer.key.kid})}.{text(CLAIMS)}"
    secret = OctKey.import_key(base64.urlsafe_b64encode(secrets[form]).decode())
    secret._raw_value = secrets[form]  # the library refuses to take a PEM for a secret: an attacker does not
    signature = jws.JWSRegistry.algorithms["HS256"].sign(head.encode(), secret)

    with pytest.raises(TokenInvalid):
        await verifier.verify(f"{head}.{text(signature)}")


@pytest.mark.parametrize(
    "header",
    [
        {"jwk": ATTACKER.as_dict(private=False)},
        {"jku": "https://attacker.example/jwks.json"},
        {"x5u": "https://attacker.example/cert.pem"},
        {"x5c": ["MIIB"]},
        {"x5t": "AAAA"},
        {"crit": []},
        {"crit": ["exp"], "exp": NOW},
        {"crit": ["b64"], "b64": False},
        {"b64": False},
        {"b64": True},
        {"zip": "DEF"},
        {"cty": "JWT"},
        {"nonce": "1"},
        {"kid": None},
        {"kid": ["a"]},
        {"kid": "../../../../dev/null"},
        {"kid": "' OR 1=1 --"},
        {"alg": "RS512"},
        {"alg": "PS256"},
        {"alg": "ES256"},
        {"alg": "EdDSA"},
        {"alg": "rs256"},
        {"typ": 7},
        {"padding": "x" * 600},
    ],
    ids=lambda header: next(iter(header)),
)
async def test_a_header_that_says_more_than_it_may_is_refused_even_with_the_true_signature(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, header: dict[str, object]
) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.verify(signed(issuer, header))


async def test_a_key_brought_along_is_not_used(issuer: DevelopmentIssuer, verifier: TokenVerifier) -> None:
    header = {"alg": "RS256", "kid": issuer.key.kid, "jwk": ATTACKER.as_dict(private=False)}

    with pytest.raises(TokenInvalid):
        await verifier.verify(jwt.encode(header, CLAIMS, ATTACKER))


async def test_another_issuers_key_under_our_key_id_is_refused(
    issuer: DevelopmentIssuer, verifier: TokenVerifier
) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.verify(jwt.encode({"alg": "RS256", "kid": issuer.key.kid}, CLAIMS, ATTACKER))


@pytest.mark.parametrize(
    "token",
    [
        "",
        ".",
        "..",
        "a.b",
        "a.b.c",
        "a.b.c.d.e",
        "....",
        "\x00.\x00.\x00",
        "\ud800",
        "令牌",
        "e30.e30.e30",
        f"{text([])}.e30.AA",
        f"{text('alg')}.e30.AA",
        f"{text(5)}.e30.AA",
        f"{text(b'[' * 380)}.e30.AA",
        f"{text(b'1' * 380)}.e30.AA",
        "a" * 1_000_000,
        f"e30.{'a' * 9000}.AA",
    ],
    ids=lambda token: ascii(token[:16]),
)
async def test_what_is_no_token_at_all_is_refused_quietly(verifier: TokenVerifier, token: str) -> None:
    with pytest.raises(TokenInvalid):
        await verifier.verify(token)


@pytest.mark.parametrize(
    "payload", [b"", b"[]", b"null", b'"text"', b"7", b"[" * 5000, b"\xff", b"{", b"1" * 5000]
)
async def test_a_signed_payload_that_is_no_object_is_refused(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, payload: bytes
) -> None:
    token = jws.serialize_compact({"alg": "RS256", "kid": issuer.key.kid}, payload, issuer.key)

    with pytest.raises(TokenInvalid):
        await verifier.verify(token)


@pytest.mark.parametrize("cut", [1, 2, 10, 300])
async def test_a_shortened_or_padded_token_is_refused(
    issuer: DevelopmentIssuer, verifier: TokenVerifier, cut: int
) -> None:
    token = signed(issuer, {})

    for forged in (token[:-cut], token + "A" * cut, token + "=" * cut, " " * cut + token, token + "\n" * cut):
        with pytest.raises(TokenInvalid):
            await verifier.verify(forged)


@pytest.mark.parametrize(
    ("key", "algorithm"),
    [
        (ECKey.generate_key("P-256", parameters={"kid": "k"}), "ES256"),
        (OKPKey.generate_key("Ed25519", parameters={"kid": "k"}), "EdDSA"),
        (RSAKey.generate_key(2048, parameters={"kid": "k"}), "RS256"),
    ],
    ids=["ES256", "EdDSA", "RS256"],
)
async def test_each_allowed_algorithm_is_accepted_and_only_when_the_settings_name_it(
    verifier: TokenVerifier, key: ECKey | OKPKey | RSAKey, algorithm: str
) -> None:
    document = json.dumps({"keys": [key.as_dict(private=False)]}).encode()

    async def source() -> bytes:
        return document

    head = f"{text({'alg': algorithm, 'kid': 'k'})}.{text(CLAIMS)}"
    token = f"{head}.{text(jws.JWSRegistry.algorithms[algorithm].sign(head.encode(), key))}"
    verifier.keys = JwksCache(source=source, algorithms=tuple(SigningAlgorithm))
    assert (await verifier.verify(token)).person == "intruder"

    others = tuple(name for name in SigningAlgorithm if name != algorithm)
    narrow = TokenVerifier(
        settings=verifier.settings.model_copy(update={"algorithms": others}),
        keys=JwksCache(source=source, algorithms=others),
        clock=verifier.clock,
    )
    with pytest.raises(TokenInvalid):
        await narrow.verify(token)


def test_an_algorithm_that_is_not_allowed_is_refused_whatever_the_key_is_for(
    issuer: DevelopmentIssuer,
) -> None:
    check = SignatureCheck([SigningAlgorithm.ES256])
    key = VerificationKey(kid=str(issuer.key.kid), algorithm=SigningAlgorithm.RS256, key=issuer.key)

    with pytest.raises(TokenInvalid):
        check.payload(check.open(signed(issuer, {})), key=key)


def test_a_key_is_used_with_its_own_algorithm_and_under_its_own_id_only(issuer: DevelopmentIssuer) -> None:
    check, kid = SignatureCheck(tuple(SigningAlgorithm)), str(issuer.key.kid)
    token = check.open(signed(issuer, {}))
    good = VerificationKey(kid=kid, algorithm=SigningAlgorithm.RS256, key=issuer.key)
    assert json.loads(check.payload(token, key=good)) == CLAIMS

    for wrong in (replace(good, algorithm=SigningAlgorithm.ES256), replace(good, kid="another")):
        with pytest.raises(TokenInvalid):
            check.payload(token, key=wrong)
