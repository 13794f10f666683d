"""Answers and thresholds are counted as by hand."""

import numpy as np

from leukotype.learning.sources import CLASSES
from training.panel.tally import lowest_threshold, tally


def test_the_lowest_threshold_keeps_its_promise():
    best = np.array([0.99, 0.95, 0.9, 0.8, 0.7, 0.6])
    probability = np.column_stack([best, 1 - best])
    codes = np.array([0, 0, 0, 1, 0, 0])
    assert lowest_threshold(probability, codes, 0.0) == 0.9
    assert lowest_threshold(probability, codes, 0.2) == 0.6
    assert lowest_threshold(probability, np.ones(6, int), 0.2) == 1.0


def test_a_group_is_right_where_the_truth_is_a_member():
    row = np.zeros(len(CLASSES))
    row[CLASSES.index("ETV6::RUNX1")], row[CLASSES.index("ETV6::RUNX1-like")] = 0.55, 0.45
    codes = np.array([CLASSES.index("ETV6::RUNX1-like"), CLASSES.index("DUX4-r"), -1])
    found = tally(np.tile(row, (3, 1)), codes)
    assert (found.n, found.most_probable.right) == (2, 0)
    assert (found.answered.right, found.answered.wrong) == (1, 1)
