import csv
import re
from collections import Counter
from importlib.resources import files

import pytest

from shared.rules import read_rules

PACKAGE = "dispute_mediation"
# The limits of section 5.1, as they stand there.
LIMITS = """
FEE-01 10 FEE-02 15 FEE-03 10 FEE-04 10 FEE-05 15 SRV-01 5 SRV-02 5 SRV-03 10 SRV-04 5 SRV-05 15
FAC-01 3 FAC-02 1 FAC-03 2 FAC-04 1 FAC-05 1 FAC-06 3 FAC-07 10 FAC-08 15 FAC-09 30 FND-01 15 FND-02 5
SAF-01 3 SAF-02 3 SAF-03 24h SAF-04 30d ILL-01 15 ILL-02 15 ILL-03 15 ILL-04 10 ENV-01 5 ENV-02 10 ENV-03 5
NEI-01 15 NEI-02 30 GOV-01 20 GOV-02 15 GOV-03 20 CHG-01 20 CHG-02 10 CHG-03 3 REN-01 15 ORI-01 30
SUB-01 15 OTH-01 3
"""
UNITS = {"wd": "", "hour": "h", "day": "d"}


def _rows(name: str) -> list[dict[str, str]]:
    text = (files(PACKAGE) / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def test_the_taxonomy_has_its_44_leaves_with_their_limits() -> None:
    found = {row["code"]: row["limit"] + UNITS[row["limit_unit"]] for row in _rows("leaves.csv")}

    words = LIMITS.split()
    assert found == dict(zip(words[::2], words[1::2], strict=True))
    assert len(found) == 44


@pytest.mark.parametrize(
    ("code", "lead"),
    [
        ("FEE-02", "community"),
        ("SRV-01", "town"),
        ("FAC-01", "market_supervision"),
        ("FAC-02", "water"),
        ("SAF-01", "fire"),
        ("SAF-04", "police"),
        ("ILL-01", "urban_management"),
        ("GOV-01", "town"),
        ("SUB-01", "finance"),
        ("OTH-01", "authority"),
    ],
)
def test_a_leaf_is_led_by_the_unit_of_the_table(code: str, lead: str) -> None:
    assert {row["code"]: row["lead"] for row in _rows("leaves.csv")}[code] == lead


def test_lift_and_gas_are_answered_within_the_hour() -> None:
    first = {row["code"]: (row["first_limit"], row["first_unit"]) for row in _rows("leaves.csv")}

    assert {code: limit for code, limit in first.items() if limit[0]} == {
        "FAC-01": ("1", "hour"),
        "FAC-05": ("1", "hour"),
        "ILL-02": ("3", "wd"),
    }


def test_kinds_of_units_and_credit_items_are_written_as_codes() -> None:
    for row in _rows("leaves.csv"):
        for kind in [row["lead"], *row["assist"].split(), *row["parties"].split()]:
            assert re.fullmatch(r"[a-z][a-z_]+", kind), row["code"]
        assert all(re.fullmatch(r"[DX][0-9]{2}", item) for item in row["credit_items"].split())
        assert row["mediable"] in {"true", "false"}
        assert row["danger"] in {"none", "possible", "high"}


def test_penalties_and_legality_are_not_mediated() -> None:
    mediable = {row["code"]: row["mediable"] for row in _rows("leaves.csv")}

    assert {mediable[code] for code in ("SAF-01", "SAF-02", "SAF-04", "ILL-01", "GOV-01")} == {"false"}
    assert {mediable[code] for code in ("FEE-02", "NEI-01", "CHG-02")} == {"true"}


def test_every_number_has_a_source_and_a_tag() -> None:
    rules = read_rules(package=PACKAGE)

    assert Counter(rule.tag for rule in rules) == {"A": 20, "C26": 9}
    assert all(re.match(r"(?:(?:MD|J)-[0-9]{2}|11) ", rule.source) for rule in rules)
    assert all(rule.key.startswith("dm.") for rule in rules)


def test_a_grievance_is_refused_for_the_reasons_of_the_list() -> None:
    codes = [row["code"] for row in _rows("rejection_reasons.csv")]

    assert codes[:4] == ["in_court", "in_arbitration", "in_reconsideration", "in_discipline"]
    assert all(row["name_zh"] and row["name_en"] and row["source"] for row in _rows("rejection_reasons.csv"))
