"""The figures are those of scikit-learn where it has them, and of a hand's count where not."""

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score

from leukotype.retraining.evaluate import Answers, evaluate, join

NAMES = ("A", "B", "C")


def answers(truth, chances, called=None, subtypes=NAMES):
    truth, chances = np.array(truth, dtype=object), np.array(chances, dtype=float)
    best = np.array(subtypes, dtype=object)[chances.argmax(axis=1)]
    samples = np.array([f"S{number}" for number in range(len(truth))], dtype=object)
    return Answers(
        subtypes, samples, truth, chances, best if called is None else np.array(called, dtype=object)
    )


@pytest.fixture
def drawn():
    rng = np.random.default_rng(5)
    chances = rng.dirichlet([0.5] * 3, size=60)
    return answers([*["A"] * 30, *["B"] * 20, *["C"] * 10], chances)


def test_as_scikit_learn_counts(drawn):
    found = evaluate(drawn).figures
    truth, best = drawn.truth.astype(str), drawn.best.astype(str)
    assert found["balanced_accuracy"] == pytest.approx(balanced_accuracy_score(truth, best), abs=1e-4)
    assert found["macro_f1"] == pytest.approx(f1_score(truth, best, average="macro"), abs=1e-4)


def test_a_sure_and_right_model_has_nothing_to_be_better_at():
    found = evaluate(answers(["A", "B"], [[1, 0, 0], [0, 1, 0]])).figures
    assert (found["accuracy"], found["ece"], found["brier"]) == (1.0, 0.0, 0.0)


def test_calibration_by_hand():
    """Two answers at .8, one right: sure .8, right .5. Brier of .8/.2 right: .08, wrong: 1.28."""
    found = evaluate(answers(["A", "B"], [[0.8, 0.2, 0], [0.8, 0.2, 0]])).figures
    assert found["ece"] == 0.3
    assert found["brier"] == round((0.04 + 0.04 + 0.64 + 0.64) / 2, 4)


def test_the_intervals_are_exact():
    """5 of 5: the exact 95 % lower limit is 0.025 ** (1 / 5) = 0.478 (Clopper and Pearson 1934)."""
    table = evaluate(answers(["A"] * 5 + ["B"] * 5, [[1, 0, 0]] * 5 + [[0, 1, 0]] * 5)).tables["classes"]
    assert table["sensitivity_low"].tolist() == [0.478, 0.478]
    assert table["specificity_low"].tolist() == [0.478, 0.478]


def test_a_subtype_that_was_never_taught_is_counted_apart():
    found = evaluate(answers(["A", "HLF", "HLF"], [[1, 0, 0]] * 3, called=["A", "B", ""]))
    assert found.figures["n"] == 1
    assert found.figures["n_not_taught"] == 2
    assert found.figures["not_taught_but_called"] == 1
    assert found.tables["confusion"].to_numpy().sum() == 3


def test_a_stricter_threshold_calls_fewer(drawn):
    assert evaluate(drawn).tables["risk_coverage"]["called"].is_monotonic_decreasing


def test_every_answer_stands_in_the_reliability_table(drawn):
    assert evaluate(drawn).tables["reliability"]["n"].sum() == 60


def test_folds_that_were_taught_different_subtypes_are_joined():
    one = answers(["A"], [[0.9, 0.1]], subtypes=("A", "B"))
    other = answers(["C"], [[0.3, 0.7]], subtypes=("A", "C"))
    both = join([one, other])
    assert both.subtypes == NAMES
    assert both.probabilities.tolist() == [[0.9, 0.1, 0.0], [0.3, 0.0, 0.7]]
