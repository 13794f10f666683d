"""A card is read: it says the most important in few words, and the tables stand behind."""

import numpy as np
import pandas as pd
import pytest

from leukotype.learning.card import APPENDIX, bar, markdown
from leukotype.model.bundle import default_path

WORDS = 1500


def read(folder):
    text = (folder / "card.md").read_text(encoding="utf-8")
    body, _, appendix = text.partition(APPENDIX)
    assert appendix
    return body


@pytest.mark.parametrize("part", [
    "Research use only", "## Who taught it", "## What was learned, and what was kept", "## How right it is",
    "## What it was never taught",
])  # fmt: skip
def test_the_model_that_ships_tells_the_most_important_first(part):
    assert part in read(default_path())


def test_the_card_of_the_model_that_ships_is_short():
    assert len(read(default_path()).split()) <= WORDS


def test_a_bar_has_twenty_cells():
    assert (bar(0.0), bar(0.5), bar(1.0)) == ("░" * 20, "█" * 10 + "░" * 10, "█" * 20)


def test_what_is_not_known_is_an_empty_cell():
    table = pd.DataFrame({"name": ["a"], "n": [3], "share": [np.nan], "wrong": [0.125]})
    assert markdown(table).splitlines()[-1] == "| a | 3 |  | 0.125 |"
