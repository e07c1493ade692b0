"""Sealed values open only where they were sealed, and only when nothing was touched."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.privacy import Algorithm, SealBrokenError, Sealer
from shared.privacy.ciphers import CIPHERS, NONCE_BYTES

VECTORS = Path(__file__).parents[3].parent / "shared" / "suites" / "wycheproof" / "sm4_gcm_test.json"
OLD, NEW, INDEX = (bytes([number]) * 32 for number in (1, 2, 3))
PHONE = "complaints.caller_phone"
algorithms = st.sampled_from(Algorithm)


def sealer(
    *, current: str = "k1", algorithm: Algorithm = Algorithm.AES_256_GCM, index_key: bytes = INDEX
) -> Sealer:
    return Sealer(keys={"k1": OLD, "k2": NEW}, current=current, index_key=index_key, algorithm=algorithm)


@given(st.text(), st.text(), algorithms)
def test_what_is_sealed_opens_in_its_place(text: str, context: str, algorithm: Algorithm) -> None:
    box = sealer(algorithm=algorithm)

    assert box.open(box.seal(text, context=context), context=context) == text


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_sealed_value_names_its_key_and_hides_its_text(algorithm: Algorithm) -> None:
    box = sealer(algorithm=algorithm)
    first, second = (box.seal("13812341234", context=PHONE) for _ in range(2))

    assert first.startswith(f"{algorithm}.k1.")
    assert "13812341234" not in first
    assert first != second


@pytest.mark.parametrize("algorithm", list(Algorithm))
def test_a_value_moved_to_another_column_stays_closed(algorithm: Algorithm) -> None:
    box = sealer(algorithm=algorithm)
    sealed = box.seal("13812341234", context=PHONE)

    with pytest.raises(SealBrokenError):
        box.open(sealed, context="households.phone")


@given(st.integers(min_value=0, max_value=38), st.integers(min_value=1, max_value=255), algorithms)
def test_a_single_changed_bit_keeps_a_value_closed(place: int, change: int, algorithm: Algorithm) -> None:
    box = sealer(algorithm=algorithm)
    head, _, text = box.seal("13812341234", context=PHONE).rpartition(".")
    body = bytearray(base64.urlsafe_b64decode(text))
    body[place] ^= change

    assert len(body) == 39
    with pytest.raises(SealBrokenError):
        box.open(f"{head}.{base64.urlsafe_b64encode(body).decode()}", context=PHONE)


def test_a_relabelled_value_stays_closed() -> None:
    sealed = sealer().seal("13812341234", context=PHONE)

    for relabelled in (sealed.replace("k1", "k2"), sealed.replace("aes256gcm", "sm4gcm")):
        with pytest.raises(SealBrokenError):
            sealer().open(relabelled, context=PHONE)


@given(st.text())
def test_anything_else_is_no_sealed_value(text: str) -> None:
    with pytest.raises(SealBrokenError):
        sealer().open(text, context=PHONE)


@pytest.mark.parametrize(
    "value", ["aes256gcm.k1.", "aes256gcm.k1.AAAA", "aes256gcm.k9.AAAA", "rot13.k1.AAAA", "sm4gcm.k1.*"]
)
def test_a_malformed_value_is_broken_not_a_crash(value: str) -> None:
    with pytest.raises(SealBrokenError):
        sealer().open(value, context=PHONE)


def test_after_a_rotation_old_values_open_and_are_told_by_their_beginning() -> None:
    sealed = sealer().seal("13812341234", context=PHONE)
    rotated = sealer(current="k2", algorithm=Algorithm.SM4_GCM)

    assert rotated.open(sealed, context=PHONE) == "13812341234"
    assert not sealed.startswith(rotated.mark)
    assert rotated.seal("13812341234", context=PHONE).startswith(rotated.mark)


def test_a_key_taken_off_the_ring_opens_nothing() -> None:
    sealed = sealer().seal("13812341234", context=PHONE)
    without = Sealer(keys={"k2": NEW}, current="k2", index_key=INDEX)

    with pytest.raises(SealBrokenError):
        without.open(sealed, context=PHONE)


@pytest.mark.parametrize(
    ("keys", "current", "index_key"),
    [
        ({"k1": OLD}, "k2", INDEX),
        ({"k1": OLD[:16]}, "k1", INDEX),
        ({"k.1": OLD}, "k.1", INDEX),
        ({"": OLD}, "", INDEX),
        ({"k1": OLD}, "k1", b""),
    ],
)
def test_unusable_keys_are_refused(keys: dict[str, bytes], current: str, index_key: bytes) -> None:
    with pytest.raises(ValueError, match="key"):
        Sealer(keys=keys, current=current, index_key=index_key)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("13812341234", "+86 138-1234-1234"),
        ("13812341234", "\uff11\uff13\uff18 1234 1234"),
        ("11010519491231002x", " 11010519491231002X"),
        ("0916-5512345", "(0916)5512345"),
        ("张三", " 张三 "),
    ],
)
def test_equal_data_share_a_blind_index_however_they_are_written(one: str, other: str) -> None:
    assert sealer().blind_index(one, context=PHONE) == sealer(current="k2").blind_index(other, context=PHONE)


def test_a_blind_index_depends_on_text_place_and_key() -> None:
    indexes = {
        sealer().blind_index("13812341234", context=PHONE),
        sealer().blind_index("13812341235", context=PHONE),
        sealer().blind_index("13812341234", context="households.phone"),
        sealer(index_key=OLD).blind_index("13812341234", context=PHONE),
    }

    assert len(indexes) == 4
    assert {len(bytes.fromhex(index)) for index in indexes} == {16}


@pytest.mark.skipif(not VECTORS.exists(), reason="shared/suites/wycheproof is not beside the repository")
def test_sm4_gcm_passes_the_published_vectors() -> None:
    groups = json.loads(VECTORS.read_text(encoding="utf-8"))["testGroups"]
    judged = [
        (opened(case) == bytes.fromhex(case["msg"]), acceptable(case))
        for group in groups
        for case in group["tests"]
    ]

    assert [opens for opens, _ in judged] == [expected for _, expected in judged]
    assert (sum(expected for _, expected in judged), len(judged)) == (38, 104)


def acceptable(case: dict[str, str]) -> bool:
    """Say whether we must open it: valid, and with the one length of nonce that we seal with."""
    return case["result"] == "valid" and len(bytes.fromhex(case["iv"])) == NONCE_BYTES


def opened(case: dict[str, str]) -> bytes | None:
    key, nonce, context, body, tag = (bytes.fromhex(case[name]) for name in ("key", "iv", "aad", "ct", "tag"))
    cipher = CIPHERS[Algorithm.SM4_GCM]
    try:
        plain = cipher.open(key=key, nonce=nonce, sealed=body + tag, context=context)
    except SealBrokenError:
        return None
    assert cipher.seal(key=key, nonce=nonce, plain=plain, context=context) == body + tag
    return plain
