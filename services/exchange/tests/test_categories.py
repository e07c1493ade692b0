"""From the hotline's category to one of the 44 leaves."""

import csv
from importlib.resources import files
from pathlib import Path

import pytest

from exchange.categories.domain import leaf_of

REPOSITORY = Path(__file__).parents[3]
SHIPPED = {
    row["pattern"]: row["leaf"]
    for row in csv.DictReader((files("exchange") / "data" / "category-map.csv").read_text().splitlines())
}


@pytest.mark.parametrize(
    ("category", "leaf"),
    [
        ("城乡建设/住房保障与房地产/物业服务", "SRV-05"),
        ("城乡建设 > 城市建设和市政管理 > 园林绿化", "SRV-03"),
        ("城乡建设/城市建设和市政管理/园林绿化环卫", "SRV-01"),
        ("城乡建设/安全生产/安全隐患", "SAF-03"),
        ("政法|社会治安|消防安全", "SAF-01"),
        ("电梯困人", "FAC-01"),
        ("加装电梯", "NEI-02"),
        ("FEE-02", "FEE-02"),
        ("教育文体/教育收费/乱收费", "OTH-01"),
        ("", "OTH-01"),
        ("01020304", "OTH-01"),
    ],
)
def test_a_category_finds_its_leaf_by_the_longest_pattern(category: str, leaf: str) -> None:
    assert leaf_of(category, SHIPPED) == leaf


def test_the_whole_path_goes_before_its_last_level() -> None:
    patterns = {"": "OTH-01", "其他": "SRV-04", "城乡建设/其他": "REN-01"}

    assert leaf_of("城乡建设/其他", patterns) == "REN-01"
    assert leaf_of("交通运输/其他", patterns) == "SRV-04"


def test_the_map_leads_to_the_leaves_of_dispute_mediation_and_misses_none() -> None:
    leaves = REPOSITORY / "dispute-mediation" / "dispute_mediation" / "data" / "leaves.csv"
    known = {row["code"] for row in csv.DictReader(leaves.read_text().splitlines())}

    assert set(SHIPPED.values()) == known


TREE = REPOSITORY.parent / "shared" / "data" / "complaint-taxonomy.csv"


@pytest.mark.skipif(not TREE.exists(), reason="the city hotline's category tree is not beside the project")
def test_every_category_of_a_city_hotline_finds_a_leaf() -> None:
    paths = ["/".join(row) for row in list(csv.reader(TREE.read_text().splitlines()))[1:]]

    found = {path: leaf_of(path, SHIPPED) for path in paths}

    housing = [leaf for path, leaf in found.items() if path.startswith("城乡建设/城市建设和市政管理")]
    assert len(paths) == 517
    assert sum(leaf != "OTH-01" for leaf in housing) >= 11
