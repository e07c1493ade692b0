"""Signatures against known answers, and every way a request may differ from what was signed."""

import base64
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import httpx
import pytest
from cryptography.hazmat.primitives.hashes import SM3, Hash

from shared.identity import (
    SIGNATURE_WINDOW,
    DepartmentKey,
    MessageSignature,
    RequestParts,
    SignatureAlgorithm,
    SignatureIncomplete,
    SignatureInvalid,
    SignatureOutOfTime,
    SignatureUnreadable,
    SignedCalls,
    digest_fits,
    new_secret,
    read_department_signature,
    verify_department_signature,
)
from shared.kernel import Actor, Scope

SM3_VECTORS: Final = Path(__file__).parents[4] / "shared" / "suites" / "sm" / "sm3.txt"
NOW: Final = datetime(2026, 3, 2, 4, tzinfo=UTC)
KEY_ID: Final = "0123456789abcdef"
SECRET: Final = new_secret()
# RFC 9421, B.2 and B.2.5.
EXAMPLE: Final = RequestParts(
    method="POST",
    scheme="https",
    authority="example.com",
    path="/foo",
    query="param=Value&Pet=dog",
    headers=[
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
    ],
)
EXAMPLE_LINE: Final = '("date" "@authority" "content-type");created=1618884473;keyid="test-shared-secret"'
EXAMPLE_SECRET: Final = base64.b64decode(
    "uzvJfB4u3N0Jy4T7NZ75MDVcr8zSTInedJtkgcu46YW4XByzNJjxBdtjUkdJPBtbmHhIDi6pcl8jsasjlTMtDQ=="
)
EXAMPLE_SIGNATURE: Final = "pxcQw6G3AjtMBQjwo8XzkZf/bws5LelbaMk5rGIGtE8="


def key(
    algorithm: SignatureAlgorithm = SignatureAlgorithm.HMAC_SHA256, secret: str = SECRET
) -> DepartmentKey:
    return DepartmentKey(
        key_id=KEY_ID,
        department="610703-police",
        territory="610703",
        algorithm=algorithm,
        secret=base64.b64decode(secret),
    )


def signed(
    algorithm: SignatureAlgorithm = SignatureAlgorithm.HMAC_SHA256, body: bytes = b"{}"
) -> RequestParts:
    """Return a request as SignedCalls sends it."""
    request = httpx.Request("POST", "https://edge.test/api/exchange/orders?a=%20b", content=body)
    SignedCalls(key_id=KEY_ID, secret=SECRET, algorithm=algorithm, clock=lambda: NOW).sign(request)
    return RequestParts(
        method="POST",
        scheme="https",
        authority="edge.test",
        path="/api/exchange/orders",
        query="a=%20b",
        headers=request.headers.multi_items(),
    )


def judged(request: RequestParts, by: DepartmentKey | None = None, *, now: datetime = NOW) -> DepartmentKey:
    return verify_department_signature(
        read_department_signature(request, now=now), request=request, key=by or key()
    )


def with_headers(request: RequestParts, **changes: str) -> RequestParts:
    """Return the request with other headers; `_` stands for `-`."""
    changed = {name.replace("_", "-"): value for name, value in changes.items()}
    kept = [(name, value) for name, value in request.headers if name not in changed]
    return replace(request, headers=[*kept, *changed.items()])


def stating(request: RequestParts, before: str, after: str) -> RequestParts:
    """Return the request with another Signature-Input."""
    stated = request.field("signature-input") or ""
    assert before in stated
    return with_headers(request, signature_input=stated.replace(before, after))


def test_the_example_of_the_rfc_has_its_base_and_its_signature() -> None:
    stated = MessageSignature(
        line=EXAMPLE_LINE,
        components=("date", "@authority", "content-type"),
        created=1618884473,
        key_id="test-shared-secret",
        nonce="",
        expires=None,
        algorithm=None,
        value=base64.b64decode(EXAMPLE_SIGNATURE),
    )

    base = stated.base(EXAMPLE)

    assert base.decode() == (
        '"date": Tue, 20 Apr 2021 02:07:55 GMT\n'
        '"@authority": example.com\n'
        '"content-type": application/json\n'
        f'"@signature-params": {EXAMPLE_LINE}'
    )
    assert stated.fits(base, secret=EXAMPLE_SECRET, algorithm=SignatureAlgorithm.HMAC_SHA256)
    assert not stated.fits(base + b" ", secret=EXAMPLE_SECRET, algorithm=SignatureAlgorithm.HMAC_SHA256)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("@method", "POST"),
        ("@target-uri", "https://example.com/foo?param=Value&Pet=dog"),
        ("@authority", "example.com"),
        ("@scheme", "https"),
        ("@request-target", "/foo?param=Value&Pet=dog"),
        ("@path", "/foo"),
        ("@query", "?param=Value&Pet=dog"),
        ("@status", None),
    ],
)
def test_the_derived_components_are_those_of_the_rfc(name: str, value: str | None) -> None:
    assert replace(EXAMPLE, authority="EXAMPLE.com:443").component(name) == value


def sm3(content: bytes) -> bytes:
    digest = Hash(SM3())
    digest.update(content)
    return digest.finalize()


def test_hmac_sm3_is_hmac_over_the_sm3_of_the_standard() -> None:
    vectors = SM3_VECTORS.read_text()
    secret, message = bytes(range(32)), b"message"
    inner, outer = (bytes(byte ^ pad for byte in secret.ljust(64, b"\0")) for pad in (0x36, 0x5C))

    made = SignatureAlgorithm.HMAC_SM3.sign(secret, message)

    assert [sm3(text).hex() in vectors for text in (b"abc", b"abcd" * 16)] == [True, True]
    assert made == sm3(outer + sm3(inner + message))


@pytest.mark.parametrize("algorithm", SignatureAlgorithm)
def test_a_signed_request_acts_as_the_departments_machine(algorithm: SignatureAlgorithm) -> None:
    found = judged(signed(algorithm), key(algorithm))

    assert found.actor() == Actor(
        person=f"department-key:{KEY_ID}", role="D00", unit="610703-police", scope=Scope("610703")
    )
    assert "secret" not in repr(found)


@pytest.mark.parametrize(
    "change",
    [
        {"method": "PUT"},
        {"authority": "other.test"},
        {"path": "/api/exchange/order"},
        {"query": "a= b"},
        {"query": ""},
    ],
)
def test_a_request_that_was_altered_is_refused(change: dict[str, str]) -> None:
    altered = RequestParts(
        **{name: getattr(signed(), name) for name in ("method", "scheme", "authority", "path", "query")}
        | change,
        headers=signed().headers,
    )

    with pytest.raises(SignatureInvalid):
        judged(altered)


def test_the_algorithm_is_the_keys_and_not_the_messages() -> None:
    by_sha, by_sm3 = signed(), signed(SignatureAlgorithm.HMAC_SM3)

    for request, held in ((by_sm3, key()), (by_sha, key(SignatureAlgorithm.HMAC_SM3))):
        with pytest.raises(SignatureInvalid):
            judged(request, held)


@pytest.mark.parametrize(("named", "fits"), [("hmac-sha256", True), ("hmac-sm3", False), ("", False)])
def test_an_algorithm_that_is_named_must_be_the_keys(named: str, fits: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    request = stating(signed(), ";keyid", f';alg="{named}";keyid')
    stated = read_department_signature(request, now=NOW)
    base = stated.base(request)
    made = replace(stated, value=key().algorithm.sign(key().secret, base))

    assert made.fits(base, secret=key().secret, algorithm=key().algorithm) is fits


def test_an_unknown_key_and_a_wrong_secret_are_one_refusal() -> None:
    request, said = signed(), []
    signature = read_department_signature(request, now=NOW)

    for held in (None, key(secret=new_secret())):
        with pytest.raises(SignatureInvalid) as refused:
            verify_department_signature(signature, request=request, key=held)
        said.append((refused.value.sentence("zh"), refused.value.sentence("en")))

    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("before", "missing"),
    [
        ('"@method" ', '"@method"'),
        (' "@query"', "@query"),
        (' "@authority"', "@authority"),
        (f';keyid="{KEY_ID}"', "keyid"),
        (f";created={int(NOW.timestamp())}", "created"),
    ],
)
def test_what_is_missing_is_named(before: str, missing: str) -> None:
    with pytest.raises(SignatureIncomplete) as refused:
        judged(stating(signed(), before, ""))

    assert missing in refused.value.sentence("zh")
    assert missing in refused.value.sentence("en")


def test_a_component_that_the_request_does_not_have_is_named() -> None:
    with pytest.raises(SignatureIncomplete) as refused:
        judged(stating(signed(), '"@query"', '"@query" "x-batch"'))

    assert '"x-batch"' in refused.value.sentence("en")


@pytest.mark.parametrize("seconds", [-300, 300])
def test_a_clock_may_differ_by_the_window(seconds: int) -> None:
    assert judged(signed(), now=NOW + timedelta(seconds=seconds)).key_id == KEY_ID


@pytest.mark.parametrize("late", [SIGNATURE_WINDOW, -SIGNATURE_WINDOW])
def test_beyond_the_window_the_platforms_time_is_told(late: timedelta) -> None:
    now = NOW + late * 1.01

    with pytest.raises(SignatureOutOfTime) as refused:
        judged(signed(), now=now)

    assert str(int(now.timestamp())) in refused.value.sentence("en")


def test_a_signature_that_has_expired_is_refused() -> None:
    expired = stating(signed(), ";keyid", f";expires={int(NOW.timestamp())};keyid")

    with pytest.raises(SignatureOutOfTime):
        judged(expired)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("sig1=", "sig2="),
        ("sig1=", ""),
        ('"@method" ', '"@method"  '),
        ('"@method" ', '"@method";req '),
        ('"@method" ', '"@method" "@method" '),
        (";keyid", "; keyid"),
        (";created=", ";created=-"),
        (";created=", ';created="x";made='),
        (";keyid", ";created=1;keyid"),
        (';nonce="', ';nonce="' + "n" * 64),
        (';nonce="', ';nonce="short";n="'),
        (';nonce="', ';nonce="é'),
    ],
)
def test_whatever_else_is_stated_is_not_guessed_at(before: str, after: str) -> None:
    with pytest.raises(SignatureUnreadable):
        judged(stating(signed(), before, after))


@pytest.mark.parametrize(
    "value", ["", "sig1", "sig1=:!:", "sig1=:A:", "sig1=::", "sig1=:AAAA:, sig2=:AAAA:", "sig1=:AAAAA:"]
)
def test_a_value_that_is_none_is_refused(value: str) -> None:
    with pytest.raises((SignatureUnreadable, SignatureInvalid)):
        judged(with_headers(signed(), signature=value))


def test_two_signatures_are_refused() -> None:
    twice = replace(signed(), headers=[*signed().headers, *signed().headers])

    with pytest.raises(SignatureUnreadable):
        judged(twice)


@pytest.mark.parametrize(
    ("stated", "fits"),
    [
        ("sha-256=:{}:", True),
        ("sha-512=:AAAA:, sha-256=:{}:", True),
        ("sha-256=:{}:, sha-512=:AAAA:", True),
        ("sha-256=:{}:, sha-256=:{}:", False),
        ("SHA-256=:{}:", False),
        ("x-sha-256=:{}:", False),
        ("sha-512=:{}:", False),
        ("", False),
    ],
)
def test_a_digest_is_the_sha_256_of_the_body(stated: str, fits: bool) -> None:  # noqa: FBT001 - pytest gives it by name
    # RFC 9530, appendix B.
    right = stated.replace("{}", "RK/0qy18MlBSVnWgjwz6lZEWjP/lF5HF9bvEF8FabDg=")
    body = b'{"hello": "world"}\n'

    assert digest_fits(right, body) is fits
    assert not digest_fits(right, body + b" ")
