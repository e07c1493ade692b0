"""What the document says of how large an answer can be is held where the answer is made."""

import pytest
from pydantic import ValidationError

from shared.web import Page, View

WIDEST = 2**53 - 1


class Inner(View):
    texts: list[str]


class Sample(View):
    """Fields without a limit of their own, and some that have one."""

    text: str
    number: int | None
    inner: Inner


def sample(text: str = "x", number: int | None = 0, texts: list[str] | None = None) -> Sample:
    return Sample(text=text, number=number, inner=Inner(texts=texts or []))


def test_a_view_at_its_limits_is_made() -> None:
    made = sample("x" * 20_000, WIDEST, ["x"] * 10_000)

    assert (len(made.text), made.number, len(made.inner.texts)) == (20_000, WIDEST, 10_000)


@pytest.mark.parametrize(
    ("text", "number", "texts"),
    [
        ("x" * 20_001, 0, []),
        ("x", WIDEST + 1, []),
        ("x", -WIDEST - 1, []),
        ("x", 0, ["x"] * 10_001),
        ("x", 0, ["x" * 20_001]),
    ],
)
def test_a_view_beyond_a_limit_cannot_be_made(text: str, number: int, texts: list[str]) -> None:
    with pytest.raises(ValidationError):
        sample(text, number, texts)


def test_a_page_holds_no_more_than_may_be_asked_for() -> None:
    with pytest.raises(ValidationError):
        Page[int](items=[0] * 201)


def test_the_document_states_the_limits_that_are_held() -> None:
    schema = Sample.model_json_schema()

    assert schema["properties"]["text"]["maxLength"] == 20_000
    assert schema["properties"]["number"]["anyOf"][0]["maximum"] == WIDEST
    assert schema["$defs"]["Inner"]["properties"]["texts"] == {
        "items": {"type": "string", "maxLength": 20_000},
        "maxItems": 10_000,
        "title": "Texts",
        "type": "array",
    }
