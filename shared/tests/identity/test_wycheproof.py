"""The attacks of the Wycheproof suite on signatures and key sets: none gets through."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from shared.identity import KeySetRefused, TokenInvalid
from shared.identity.keys import read_key_set
from shared.identity.signatures import SignatureCheck
from shared.settings import SigningAlgorithm

SUITE = Path(__file__).resolve().parents[4] / "shared" / "suites" / "wycheproof"


def vectors(name: str) -> Iterator[tuple[Mapping[str, object], Mapping[str, object]]]:
    """Yield every vector of a file with the keys published for it."""
    path = SUITE / name
    if not path.exists():
        pytest.skip(
            f"The Wycheproof suite is not beside the project: {path.name} is looked for in {path.parent}."
        )
    for group in json.loads(path.read_text())["testGroups"]:
        published = group.get("public", group["private"])
        keys = published if "keys" in published else {"keys": [published]}
        for test in group["tests"]:
            yield keys, test


def is_accepted(keys: Mapping[str, object], token: str) -> bool:
    check = SignatureCheck(tuple(SigningAlgorithm))
    try:
        published = read_key_set(json.dumps(keys), algorithms=tuple(SigningAlgorithm))
        signed_text = check.open(token)
        check.payload(signed_text, key=published[signed_text.kid])
    except (TokenInvalid, KeySetRefused, KeyError):
        return False
    return True


def test_wycheproof_signatures_no_attack_gets_through_and_every_good_token_of_ours_does() -> None:
    results = [
        (test["tcId"], test["result"], is_accepted(keys, str(test["jws"])))
        for keys, test in vectors("json_web_signature_test.json")
    ]

    assert len(results) == 401
    assert {number for number, _, accepted in results if accepted} == {
        18,
        33,
        259,
        260,
        261,
        262,
        263,
        345,
        349,
        378,
    }
    assert all(result == "valid" for _, result, accepted in results if accepted)


def test_wycheproof_key_sets_that_are_weak_or_ambiguous_are_refused() -> None:
    results = [
        (test["tcId"], test["result"], is_accepted(keys, str(test["jws"])))
        for keys, test in vectors("json_web_key_test.json")
    ]

    assert len(results) == 26
    assert {number for number, _, accepted in results if accepted} == {5}
