"""The Wycheproof suite on signatures and key sets, vector by vector.

No attack gets through; of the good ones those of our algorithms do, the others are refused for a reason.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import pytest

from shared.identity import KeySetRefused, TokenInvalid
from shared.identity.keys import read_key_set
from shared.identity.signatures import SignatureCheck
from shared.settings import SigningAlgorithm

SUITE: Final = Path(__file__).resolve().parents[4] / "shared" / "suites" / "wycheproof"
FILES: Final = {"json_web_signature_test.json": 401, "json_web_key_test.json": 26}
# Good vectors of our algorithms, by their numbers in the files: all others must be refused.
ACCEPTED: Final = {
    "json_web_signature_test.json": {18, 33, 259, 260, 261, 262, 263, 345, 349, 378},
    "json_web_key_test.json": {5},
}
VERIFIED: Final = "verified"
SHARED_SECRET: Final = "the key set holds a shared secret"
NO_KEY: Final = "no key of its name is of an algorithm of ours"
NOT_GOOD: Final = "the token is not good"


@dataclass(frozen=True)
class Vector:
    """A token, the keys published for it, and what the suite says of it."""

    file: str
    number: int
    comment: str
    valid: bool
    token: str
    keys: str

    @property
    def name(self) -> str:
        return f"{self.file.removesuffix('_test.json')}-{self.number}-{self.comment.replace(' ', '_')}"

    @property
    def algorithm(self) -> str:
        """The algorithm that the header of a good token names; some have signs that count for nothing."""
        header: Mapping[str, str] = json.loads(base64.urlsafe_b64decode(self.token.partition(".")[0] + "=="))
        return header["alg"]


def vectors(name: str) -> Iterator[Vector]:
    path = SUITE / name
    for group in json.loads(path.read_text())["testGroups"] if path.exists() else ():
        published = group.get("public", group["private"])
        keys = json.dumps(published if "keys" in published else {"keys": [published]})
        for test in group["tests"]:
            valid = test["result"] == "valid"
            yield Vector(name, test["tcId"], test["comment"], valid, str(test["jws"]), keys)


def verdict(vector: Vector) -> str:
    """Say what becomes of a token as our services meet it: key set first, then form, key and signature."""
    check = SignatureCheck(tuple(SigningAlgorithm))
    try:
        published = read_key_set(vector.keys, algorithms=tuple(SigningAlgorithm))
        signed = check.open(vector.token)
        check.payload(signed, key=published[signed.kid])
    except KeySetRefused:
        return SHARED_SECRET if '"kty": "oct"' in vector.keys else NOT_GOOD
    except KeyError:
        return NO_KEY
    except TokenInvalid:
        return NOT_GOOD
    return VERIFIED


ALL: Final = [vector for name in FILES for vector in vectors(name)]
GOOD: Final = [vector for vector in ALL if vector.valid]
ATTACKS: Final = [vector for vector in ALL if not vector.valid]


@pytest.mark.parametrize("vector", ATTACKS, ids=lambda vector: vector.name)
def test_no_attack_gets_through(vector: Vector) -> None:
    assert verdict(vector) != VERIFIED


@pytest.mark.parametrize("vector", GOOD, ids=lambda vector: vector.name)
def test_a_good_token_is_verified_or_refused_for_its_algorithm(vector: Vector) -> None:
    if vector.algorithm in {algorithm.value for algorithm in SigningAlgorithm}:
        assert verdict(vector) == VERIFIED
    else:
        assert verdict(vector) == (SHARED_SECRET if vector.algorithm.startswith("HS") else NO_KEY)


@pytest.mark.parametrize("name", FILES)
def test_every_vector_of_the_suite_is_tried(name: str) -> None:
    if not (SUITE / name).exists():
        pytest.skip(f"The Wycheproof suite is not beside the project: {name} is looked for in {SUITE}.")
    tried = [vector for vector in ALL if vector.file == name]

    assert len({vector.number for vector in tried}) == FILES[name]
    assert {vector.number for vector in tried if verdict(vector) == VERIFIED} == ACCEPTED[name]
