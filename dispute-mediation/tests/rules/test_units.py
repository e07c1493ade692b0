import pytest

from dispute_mediation.units.domain import competent_unit, is_unit_code, level_of_unit

COMMUNITY = "610703001001"


@pytest.mark.parametrize(
    ("kind", "territory", "unit"),
    [
        ("community", COMMUNITY, "610703001001:community"),
        ("town", COMMUNITY, "610703001:town"),
        ("authority", COMMUNITY, "610703:authority"),
        ("police", COMMUNITY, "610703:police"),
        ("water", "610703001", "610703:water"),
        ("town", "610703001", "610703001:town"),
        ("fire", "610703", "610703:fire"),
    ],
)
def test_the_office_sits_at_the_level_of_its_kind(kind: str, territory: str, unit: str) -> None:
    assert competent_unit(kind=kind, territory=territory) == unit


@pytest.mark.parametrize(
    ("kind", "territory", "unit"),
    [
        ("community", "610703001", "610703001:town"),
        ("community", "610703001000", "610703001:town"),
        ("community", "610703", "610703:authority"),
        ("town", "610703", "610703:authority"),
    ],
)
def test_a_place_known_only_roughly_goes_one_office_higher(kind: str, territory: str, unit: str) -> None:
    assert competent_unit(kind=kind, territory=territory) == unit


def test_the_level_of_a_unit_follows_its_territory() -> None:
    units = ["610703001001:community", "610703001:town", "610703:police"]

    assert [level_of_unit(unit) for unit in units] == ["community", "town", "district"]


@pytest.mark.parametrize("text", ["610703", "6107:town", "610703:", "610703:Town", "610703:town\n", ":town"])
def test_what_has_not_the_shape_of_a_unit_is_none(text: str) -> None:
    assert not is_unit_code(text)
