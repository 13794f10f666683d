"""Letters that tie numbers to their tests: one a test, none for what is not there."""

import math

import pandas as pd

from leukotype.report.trial.footnotes import Footnotes, methods_note, name_test


def test_the_same_test_has_the_same_letter():
    notes = Footnotes()
    assert [notes.p(0.03, name) for name in ("Fisher exact", "Zelen exact", "Fisher exact")] == [
        ".030ᵃ",
        ".030ᵇ",
        ".030ᵃ",
    ]
    assert notes.text() == "P values: ᵃ Fisher exact; ᵇ Zelen exact."


def test_a_missing_p_value_takes_no_letter():
    notes = Footnotes()
    assert notes.p(math.nan, "Fisher exact") == "NE"
    assert notes.text() == ""


def test_a_test_is_named_with_its_side():
    assert name_test({"test": "log-rank", "side": "two-sided"}) == "log-rank, two-sided"
    assert name_test({"test": "", "side": ""}) == ""


def test_the_commonest_method_is_named_first_and_the_others_with_their_rows():
    rows = pd.DataFrame(
        [("A", "Cox", True), ("B", "Cox", True), ("C", "Firth", True), ("D", "", False)],
        columns=["level", "hr_method", "estimable"],
    )
    assert methods_note(rows) == "Hazard ratio and interval: Cox; of C: Firth."
    assert methods_note(rows.assign(estimable=False)) == ""
