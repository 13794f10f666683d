"""What README.md claims is what the shipped model's manifest and card say."""

import re
from pathlib import Path

import pytest

from leukotype.model.bundle import default_path, load

README = Path(__file__).parents[1] / "README.md"
ROW = re.compile(r"\| (\d\.\d{3}) \| `([\w.]+)` \|")


def claims() -> list[tuple[str, str]]:
    return [(name, value) for value, name in ROW.findall(README.read_text())]


def test_the_table_is_read():
    assert len(claims()) == 16


@pytest.mark.parametrize(("name", "value"), claims())
def test_each_figure_is_the_manifests(name, value):
    """Four decimals there, three here: within half a unit of the third, and of the fourth."""
    found = load().manifest["metrics"]
    for part in name.split("."):
        found = found[part]
    assert abs(found - float(value)) <= 0.00055


def test_the_external_scores_are_the_cards():
    card = (default_path() / "card.md").read_text()
    for row in (
        "| GSE161501 | 19 | 19 | 19 | 0 |",
        "| allsorts_test | 20 | 20 | 20 | 0 |",
        "| mdall | 2 | 2 | 2 | 0 |",
    ):
        assert row in card


def test_subtypes_never_taught_are_no_classes_of_the_model():
    text = " ".join(README.read_text().split())
    never = re.search(r"right least often\. (.*?) were \*\*never taught to expression", text)
    assert never is not None
    names = never[1].split(" and ")
    assert names == ["B-other", "Low hyperdiploid"]
    assert not set(names) & set(load().model.classes)


@pytest.mark.parametrize("name", ["iAMP21", "ETV6::RUNX1-like"])
def test_the_weak_classes_are_as_weak_as_the_card_says(name):
    card = (default_path() / "card.md").read_text()
    row = re.search(rf"\| {re.escape(name)} \| (\d+) \| (0\.\d+) \|", card)
    assert row is not None
    assert f"({round(int(row[1]) * float(row[2]))} of {row[1]})" in README.read_text()
