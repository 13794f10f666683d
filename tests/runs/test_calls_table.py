"""The calls as a notebook shows them: text is text, and what is not known is empty."""

import math
from html.parser import HTMLParser

import pandas as pd

from leukotype.runs.calls_table import calls_as_html


class Cells(HTMLParser):
    """The texts of a table's cells."""

    def __init__(self, page):
        super().__init__()
        self.found = []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        if tag in ("td", "th"):
            self.found.append("")

    def handle_data(self, data):
        if self.found:
            self.found[-1] += data


CALLS = pd.DataFrame(
    {
        "sample": ["<b>&", "P2"],
        "status": ["called", "low_blasts"],
        "subtype": ["DUX4-r", ""],
        "probability": [0.98765, math.nan],
        "blast_pct": [90.0, 12.0],
    }
)


def test_every_text_stands_as_it_is_and_none_is_a_tag():
    page = calls_as_html(CALLS, "Two <samples>")
    assert Cells(page).found == [
        *("sample", "status", "subtype", "probability", "blast_pct"),
        *("<b>&", "called", "DUX4-r", "0.9877", "90"),
        *("P2", "low_blasts", "", "", "12"),
    ]
    assert "Two &lt;samples&gt;. Research use only." in page


def test_how_many_rows_are_not_shown_is_said():
    assert "<p>940 more rows</p>" in calls_as_html(pd.concat([CALLS] * 500), "")
    assert "more rows" not in calls_as_html(CALLS, "")
