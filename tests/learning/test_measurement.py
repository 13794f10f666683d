"""Held-out patients are asked as `predict` asks, and counted apart by what was held out."""

import numpy as np
import pandas as pd
import pytest

from leukotype.demo.simulate import simulate_cohort
from leukotype.inputs import LesionFiles
from leukotype.learning.cohort_files import known_lesions
from leukotype.learning.estimator import Fitted
from leukotype.learning.figures import Answers
from leukotype.learning.measurement import HeldOut, ask, called_untaught, curve, of_kind
from leukotype.learning.patients import Patients
from leukotype.learning.splits import Sides, Split, SplitKind
from leukotype.pipeline import classify
from leukotype.vocabulary import LOW_BLASTS, MIN_BLAST_PCT, NOT_B_ALL
from tests.single_model import linear_bundle

THRESHOLD = 0.05  # of a scorer that is hardly ever sure


@pytest.fixture(scope="module")
def cohort():
    """SYNTHETIC samples of all kinds, two of each, a half of them in marrow of few blasts."""
    return simulate_cohort(linear_bundle(), per_class=2, purities=[90, 20], random_state=3)


@pytest.fixture(scope="module")
def patients(cohort):
    bundle, counts = linear_bundle(), cohort.counts.T
    values = bundle.genes.harmonise(counts).values.to_numpy(float)
    names, labels = counts.index.to_numpy(dtype=object), cohort.truth[counts.index].to_numpy(dtype=object)
    one = np.full(len(names), "one", dtype=object)
    return Patients(names, labels, names, one, values, np.full(len(names), np.nan))


@pytest.fixture(scope="module")
def fitted():
    return Fitted(linear_bundle().model, np.empty((0, 0)), np.empty(0), np.empty(0, int), THRESHOLD)


def test_a_patient_is_answered_as_predict_answers_who_has_no_lesion(cohort, patients, fitted):
    """Given that they are B-ALL: what predict writes is of all samples, with a column of what is not."""
    answers = ask(fitted, patients)
    run = classify(cohort.counts, model=linear_bundle())
    b_all = 1 - run.probabilities[NOT_B_ALL].to_numpy()
    theirs = run.probabilities[list(answers.subtypes)].to_numpy()
    np.testing.assert_allclose(answers.probabilities * b_all[:, None], theirs, atol=2e-4)
    estimate = run.calls["blast_estimate_pct"].to_numpy(float)
    np.testing.assert_allclose(answers.blasts[:, 0], estimate, atol=0.06)


def test_without_a_threshold_gate_and_blasts_still_speak(patients, fitted):
    answers = ask(fitted, patients)
    few = answers.blasts[:, 0] < MIN_BLAST_PCT
    other = answers.best == NOT_B_ALL
    assert few.any()
    assert other.any()
    assert set(answers.best[few & ~other]) == {LOW_BLASTS}
    assert (answers.called[few | other] == "").all()
    assert not set(answers.best[~few & ~other]) - set(answers.subtypes)


def test_a_lesion_that_names_another_subtype_takes_the_call_away(patients, fitted, tmp_path):
    plain = ask(fitted, patients)
    called = np.flatnonzero(plain.called == "DUX4-r")
    assert len(called)
    given = pd.DataFrame({"sample": patients.names[called], "gene_5prime": "KMT2A", "gene_3prime": "AFF1"})
    given.to_csv(tmp_path / "fusions.csv", index=False)
    lesions = known_lesions(LesionFiles((tmp_path / "fusions.csv",)), list(patients.names))
    found = ask(fitted, patients, lesions.evidence)
    assert "DUX4-r" not in found.called[called]
    others = np.delete(np.arange(len(patients)), called)
    assert found.called[others].tolist() == plain.called[others].tolist()


def held(split, called, truth="HLF"):
    n = len(called)
    names = np.array([f"S{number}" for number in range(n)], dtype=object)
    answers = Answers(
        ("A", "B"), names, np.full(n, truth, object), np.full((n, 2), 0.5), np.array(called, dtype=object)
    )
    return {split: HeldOut(answers)}


def test_who_is_called_a_subtype_that_was_taught_in_place_of_theirs_is_counted():
    """1 of 4 called: the exact 95 % interval is .0063 to .8059 (R: binom.test(1, 4))."""
    given = held(Split(SplitKind.UNTAUGHT, subtype="HLF"), ["", "A", "", ""])
    row = called_untaught(given).iloc[0].to_dict()
    assert (row["subtype"], row["n"], row["called"], row["called_as"]) == ("HLF", 4, 1, "A 1")
    shares = [row[name] for name in ("share_called", "share_called_low", "share_called_high")]
    assert shares == [0.25, 0.006, 0.806]


def test_answers_of_one_kind_of_split_are_not_those_of_another():
    fold, cohort = Split(SplitKind.FOLD, 0), Split(SplitKind.COHORT, cohort="A")
    answers = held(fold, ["A"]) | held(cohort, ["B"])
    assert set(of_kind(answers, SplitKind.FOLD)) == {fold}
    assert set(of_kind(answers, SplitKind.COHORT)) == {cohort}


def test_a_point_of_the_curve_stands_only_where_every_fold_has_it():
    """Two folds; of one of them half of the patients were never learned from alone."""
    every = [Split(SplitKind.FOLD, 0), Split(SplitKind.FOLD, 1), Split(SplitKind.PART, 0, quarters=2)]
    sides = [Sides(each, np.arange(10), np.arange(2)) for each in every]
    answers = {}
    for each in every:
        answers |= held(each, ["A", ""], truth="A")
    found = curve(sides, answers, folds=2)
    assert found["share"].tolist() == ["100%"]
    assert found["samples"].tolist() == [10]
    assert isinstance(found, pd.DataFrame)
