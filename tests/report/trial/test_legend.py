"""Legends: each group begins a line, and no line leaves the sheet."""

from leukotype.report.drawing import MARGIN_MM, WIDTH_MM, text_mm
from leukotype.report.trial.legend import Key, legend_lines


def test_each_group_begins_a_line_with_its_name():
    keys = [Key("Arm", "InO", "red"), Key("Arm", "SC", "blue"), Key("Alteration", "fusion", "black")]
    lines = legend_lines(keys)
    assert [[label.text for label in line] for line in lines] == [
        ["Arm:", "InO", "SC"],
        ["Alteration:", "fusion"],
    ]
    assert {line[0].x for line in lines} == {MARGIN_MM}


def test_many_keys_run_on_over_lines_that_stay_on_the_sheet():
    keys = [Key("Centre", f"Centre number {i}", "red") for i in range(20)]
    lines = legend_lines(keys)
    assert len(lines) > 1
    assert [label.text for line in lines for label in line][1:] == [key.label for key in keys]
    ends = [label.x + text_mm(label.text) for line in lines for label in line]
    assert max(ends) < WIDTH_MM - MARGIN_MM
