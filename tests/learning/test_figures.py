"""The figures are those of scikit-learn where it has them, and of a hand's count where not."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score, f1_score, precision_score

from leukotype.learning.figures import Answers, evaluate, join

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
    assert found.figures["not_taught_called_right"] == 0
    assert found.tables["confusion"].to_numpy().sum() == 3


def test_a_lesion_can_name_a_subtype_that_was_never_taught():
    found = evaluate(answers(["A", "HLF", "HLF"], [[1, 0, 0]] * 3, called=["A", "HLF", "B"])).figures
    assert (found["not_taught_but_called"], found["not_taught_called_right"]) == (2, 1)


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


def test_precision_is_scikit_learns(drawn):
    table = evaluate(drawn).tables["classes"]
    truth, best = drawn.truth.astype(str), drawn.best.astype(str)
    by_them = precision_score(truth, best, average=None, labels=table["subtype"].tolist())
    assert table["precision"].to_numpy() == pytest.approx(by_them, abs=5e-4)
    assert table["answered"].sum() == 60


def test_each_cohort_is_calibrated_apart():
    """Two laboratories, answered A at .8: of one all are right, of the other none. ECE .2 and .8, not .3."""
    given = answers(["A", "A", "B", "B"], [[0.8, 0.2, 0]] * 4)
    found = evaluate(replace(given, cohorts=np.array(["one", "one", "two", "two"], dtype=object)))
    assert found.figures["ece"] == 0.3
    assert found.tables["cohorts"]["ece"].tolist() == [0.2, 0.8]
    assert "cohorts" not in evaluate(given).tables


def test_what_a_gate_holds_back_is_wrong_but_its_probabilities_count():
    """Two of A answered A at .9; the gate says of one that it is not B-ALL."""
    given = answers(["A", "A"], [[0.9, 0.1, 0]] * 2, called=["A", ""])
    found = evaluate(replace(given, forced=np.array(["A", "Not B-ALL"], dtype=object)))
    assert found.figures["accuracy"] == 0.5
    assert found.figures["ece"] == 0.1
    assert found.tables["risk_coverage"]["called"].max() == 1
    assert found.tables["confusion"].loc["A"].to_dict() == {"A": 1, "Not B-ALL": 1}


def test_merged_subtypes_add_up():
    given = answers(["A", "B"], [[0.3, 0.4, 0.3], [0.2, 0.2, 0.6]], called=["B", ""]).merge({"B": "C"})
    assert given.subtypes == ("A", "C")
    assert given.probabilities.round(9).tolist() == [[0.3, 0.7], [0.2, 0.8]]
    assert given.truth.tolist() == ["A", "C"]
    assert given.called.tolist() == ["C", ""]


def test_who_was_not_taught_a_subtype_cannot_be_right_about_it():
    given = answers(["A", "B"], [[1.0], [1.0]], subtypes=("A",))
    assert evaluate(given).figures["balanced_accuracy"] == 1.0
    assert evaluate(given.of_subtypes(("A", "B"))).figures["balanced_accuracy"] == 0.5
