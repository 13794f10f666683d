"""Wrong answers are counted above so many right ones."""

import numpy as np

from training.panel.tables import wrong_above


def test_wrong_answers_above_the_right_ones():
    right = np.array([True, False, True, False, True])
    assert wrong_above(right, 2) == "1"
    assert wrong_above(right, 3) == "2"
    assert wrong_above(right, 4) == "not so many are right"
