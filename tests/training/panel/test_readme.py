"""What the page of the study claims is what its command printed."""

import re
from pathlib import Path

import pytest

import training.panel
from leukotype.calling.tiers import GROUP_FROM
from leukotype.learning.pool_weights import NEAR_HAPLOID_SHARE
from training.panel.goals import HEADER
from training.panel.tally import CALLED_FROM

FOLDER = Path(training.panel.__file__).parent
README = (FOLDER / "README.md").read_text(encoding="utf-8")
PRINTED = (FOLDER / "measured.txt").read_text(encoding="utf-8")


def table(text):
    """Rows under the header of goals."""
    lines = text[text.index("\n".join(HEADER)) :].splitlines()[len(HEADER) :]
    return [line for line in lines if line.startswith("|")] if "" not in lines else lines[: lines.index("")]


def test_the_table_of_goals_is_the_one_printed():
    assert len(table(PRINTED)) > 30
    assert table(README) == table(PRINTED)


@pytest.mark.parametrize(
    ("value", "row"),
    [
        (CALLED_FROM, "`CALLED_FROM`"),
        (NEAR_HAPLOID_SHARE, "`NEAR_HAPLOID_SHARE`"),
        (GROUP_FROM, "`GROUP_FROM`"),
    ],
)
def test_constants(value, row):
    line = next(line for line in README.splitlines() if line.startswith(f"| {row}"))
    assert f"{value:g}".removeprefix("0") in line


def test_thresholds_chosen_without_the_cohort_are_said_first():
    first = README[: README.index("## Run it")]
    rows = [line for line in table(PRINTED) if "chosen without it" in line][:2]
    for row in rows:
        right, wrong = re.findall(r"(\d+)/(\d+), \d+ not called", row)[0]
        assert f"{right} right and {wrong} wrong" in first or f"{right} and {wrong} by" in first
