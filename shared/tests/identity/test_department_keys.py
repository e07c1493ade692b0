"""Department keys: shown once, kept as a hash, refused when unknown, withdrawn or wrong."""

import pytest

from shared.identity import (
    DepartmentKey,
    DepartmentKeyInvalid,
    TokenMissing,
    authenticate_department,
    is_department_call,
    make_department_key,
)
from shared.kernel import Actor, Scope

MADE = make_department_key(department="610703-police", territory="610703")
OTHER = make_department_key(department="610703-fire", territory="610703")
KEPT = {key.key_id: key for key in (MADE.key, OTHER.key)}


async def find(key_id: str) -> DepartmentKey | None:
    return KEPT.get(key_id)


async def test_a_good_key_acts_as_the_departments_machine_in_its_territory() -> None:
    actor = await authenticate_department(authorization=MADE.authorization, find=find)

    assert actor == Actor(
        person=f"department-key:{MADE.key.key_id}", role="D00", unit="610703-police", scope=Scope("610703")
    )


def test_the_secret_is_not_in_what_is_kept() -> None:
    secret = MADE.authorization.rpartition(".")[2]

    assert len(secret) == 43
    assert secret not in repr(MADE.key)
    assert len(MADE.key.secret_hash) == 32
    assert make_department_key(department="x", territory="").authorization != MADE.authorization


def unknown() -> str:
    return make_department_key(department="610703-police", territory="610703").authorization


@pytest.mark.parametrize(
    "authorization",
    [
        "",
        "Department",
        "Department x.y",
        "Bearer " + MADE.authorization.partition(" ")[2],
        MADE.authorization[:-1],
        MADE.authorization + "A",
        MADE.authorization[:-4] + "____",
        f"Department {MADE.key.key_id}.{OTHER.authorization.rpartition('.')[2]}",
        f"Department {MADE.key.key_id}.{'é' * 43}",
        unknown(),
    ],
)
async def test_whatever_else_comes_is_refused(authorization: str) -> None:
    with pytest.raises(DepartmentKeyInvalid):
        await authenticate_department(authorization=authorization, find=find)


async def test_without_a_header_a_token_is_missing() -> None:
    with pytest.raises(TokenMissing):
        await authenticate_department(authorization=None, find=find)


def test_the_header_says_whether_a_department_calls() -> None:
    assert is_department_call(MADE.authorization)
    assert is_department_call("department a.b")
    assert not is_department_call("Bearer a.b.c")
    assert not is_department_call(None)
