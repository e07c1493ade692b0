"""A published key set is screened: weak keys are left out, a set that betrays its owner is refused whole."""

import json
from collections.abc import Mapping

import pytest
from joserfc.jwk import ECKey, RSAKey

from shared.identity import KeySetRefused
from shared.identity.keys import read_key_set
from shared.settings import SigningAlgorithm

ALGORITHMS = tuple(SigningAlgorithm)
EC = ECKey.generate_key("P-256", parameters={"kid": "old"})


def usable(member: Mapping[str, object]) -> bool:
    return bool(read_key_set(json.dumps({"keys": [member]}), algorithms=ALGORITHMS))


GOOD_EC = EC.as_dict(private=False)
GOOD_RSA = RSAKey.generate_key(2048, parameters={"kid": "rsa"}).as_dict(private=False)


@pytest.mark.parametrize("good", [GOOD_EC, GOOD_RSA, GOOD_RSA | {"use": "sig", "alg": "RS256"}])
def test_a_good_key_is_taken(good: dict[str, object]) -> None:
    assert usable(good)


@pytest.mark.parametrize(
    "bad",
    [
        GOOD_EC | {"use": "enc"},
        GOOD_EC | {"key_ops": ["sign"]},
        GOOD_EC | {"key_ops": "verify"},
        GOOD_EC | {"alg": "ES384"},
        GOOD_EC | {"alg": 5},
        GOOD_EC | {"crv": "P-384"},
        GOOD_EC | {"crv": ["P-256"]},
        GOOD_EC | {"x": GOOD_EC["y"]},
        GOOD_EC | {"kid": 5},
        {name: value for name, value in GOOD_EC.items() if name != "kid"},
        {name: value for name, value in GOOD_EC.items() if name != "x"},
        GOOD_RSA | {"alg": "PS256"},
        GOOD_RSA | {"e": "Aw"},
        GOOD_RSA | {"n": "AQAB"},
        GOOD_RSA | {"n": 5},
        {"kty": "AKP", "alg": "ML-DSA-44", "kid": "later", "pub": "AA"},
        {"kid": "empty"},
    ],
)
def test_a_key_that_cannot_be_relied_on_is_left_out(bad: dict[str, object]) -> None:
    assert not usable(bad)


def test_one_unusable_key_does_not_spoil_the_others() -> None:
    members = [{"kty": "AKP", "kid": "later"}, GOOD_EC]

    assert list(read_key_set(json.dumps({"keys": members}), algorithms=ALGORITHMS)) == ["old"]


@pytest.mark.parametrize(
    "members",
    [
        [GOOD_EC, GOOD_EC],
        [EC.as_dict(private=True)],
        [GOOD_EC, {"kty": "oct", "k": "AAAA", "kid": "shared"}],
        [GOOD_EC, "text"],
        [GOOD_EC] * 65,
    ],
    ids=["alike", "private", "symmetric", "text", "too many"],
)
def test_a_set_that_betrays_its_owner_is_refused_whole(members: list[object]) -> None:
    with pytest.raises(KeySetRefused):
        read_key_set(json.dumps({"keys": members}), algorithms=ALGORITHMS)
