"""What is fitted is what is shipped; patients never stand on both sides."""

import copy
from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score
from sklearn.naive_bayes import GaussianNB
from training.card import bar, render
from training.figures import (
    as_answers,
    ece_by_chance,
    lesion_weights,
    lesions_against_labels,
    purity_table,
    summary,
)
from training.heldout import answers, fit_on, folds

from leukotype.evidence.findings import Evidence, flags
from leukotype.learning.figures import balanced_accuracy, confusion, per_class, risk_coverage
from leukotype.model.bundle import Profiles, load, save
from leukotype.vocabulary import NOT_B_ALL
from training.evaluate import Report


def test_folds_split_patients(cohort, config):
    for train, test in folds(cohort, config, seed=0):
        assert not set(cohort.patients.patients[train]) & set(cohort.patients.patients[test])


def test_every_patient_is_tested_once(cohort, config):
    tested = np.concatenate([test for _, test in folds(cohort, config, seed=0)])
    assert sorted(tested) == list(range(len(cohort.patients)))


def test_the_exported_model_predicts_as_the_estimator(cohort, fitted, small, tmp_path):
    manifest = {"name": "t", "version": "0", "threshold": fitted.threshold_, "min_genes_pct": 50.0}
    empty = Profiles((), np.empty(0), np.empty(0))
    save(tmp_path, fitted.export(), cohort.genes, empty, load().reference, manifest, "")
    patients, loaded = cohort.patients.take(np.arange(20)), load(tmp_path).model
    assert np.array_equal(loaded.predict(patients.values).joint(), fitted.predict_proba(patients.values))
    known = flags(cohort.evidence, list(patients.patients), list(loaded.subtypes))
    assert known.any()
    assert np.array_equal(
        loaded.predict(patients.values, known).joint(), fitted.predict_parts(patients.values, known).joint()
    )


def test_a_candidate_that_is_not_linear_predicts_but_is_not_shipped(cohort, fitted):
    other = copy.deepcopy(fitted).refit_subtype(GaussianNB())
    said = other.predict_proba(cohort.patients.values[:5])
    assert said.shape == (5, len(fitted.classes_))
    assert np.allclose(said.sum(axis=1), 1.0)
    with pytest.raises(TypeError, match="GaussianNB is not linear"):
        other.export()


def test_the_same_seed_fits_the_same_numbers(cohort, rows, fitted, small):
    again = fit_on(cohort, rows, small, seed=3).export().state()
    assert all(np.array_equal(value, again[name]) for name, value in fitted.export().state().items())


def test_another_cohort_is_read_better_than_by_the_most_frequent_subtype(cohort, fitted):
    """Trained on GSE181157 alone, three in four of the taught subtypes of GSE227832 are right."""
    test = np.flatnonzero(
        (cohort.patients.cohorts == "GSE227832") & np.isin(cohort.patients.labels, fitted.subtypes_)
    )
    held = answers(fitted, cohort.patients.values[test], cohort.patients.labels[test], test)
    assert held.right().mean() > 0.75


def test_evidence_of_nobody_teaches_no_weight(fitted):
    other = copy.deepcopy(fitted).fit_lesions(Evidence())
    assert not other.lesion_weights_.any()


def test_lesions_make_another_cohort_better_read_and_leave_who_has_none_alone(cohort, fitted):
    patients = cohort.patients.take(np.flatnonzero(cohort.patients.cohorts == "GSE227832"))
    rows = np.arange(len(patients))
    plain = answers(fitted, patients.values, patients.labels, rows)
    lesions = (cohort.evidence, list(patients.patients))
    beside = answers(fitted, patients.values, patients.labels, rows, lesions)
    assert beside.right().sum() > plain.right().sum()
    unknown = ~np.array([name in cohort.evidence.findings for name in patients.patients])
    taught = flags(cohort.evidence, list(patients.patients), list(fitted.subtypes_)).any(axis=(1, 2))
    for table in ("forced", "called", "probability"):
        one, other = (getattr(each, table)[unknown & ~taught] for each in (plain, beside))
        assert np.array_equal(one, other), table


@pytest.fixture(scope="module")
def held(cohort, fitted):
    test = np.flatnonzero(cohort.patients.cohorts == "GSE227832")
    return answers(fitted, cohort.patients.values[test], cohort.patients.labels[test], test)


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_balanced_accuracy_is_scikit_learns(held):
    assert balanced_accuracy(held.truth, held.forced) == pytest.approx(
        balanced_accuracy_score(held.truth.astype(str), held.forced.astype(str))
    )


@pytest.fixture(scope="module")
def everyone(cohort, fitted, held):
    return as_answers(cohort, held, tuple(fitted.subtypes_))


def test_tables_count_every_patient(held, everyone):
    classes, table = per_class(everyone), confusion(everyone)
    assert classes["n"].sum() == len(held.truth) == table.to_numpy().sum()
    assert (classes["sensitivity_low"] <= classes["sensitivity"]).all()
    assert (classes["sensitivity"] <= classes["sensitivity_high"]).all()


def test_a_stricter_threshold_calls_fewer(everyone):
    assert risk_coverage(everyone)["called"].is_monotonic_decreasing


def test_even_a_perfectly_calibrated_model_strays_from_its_probabilities_by_chance(everyone):
    """Ten answers of .5 stray by .123 in the mean: half of the mean absolute deviation of a binomial."""
    some = everyone.take(np.arange(10))
    half = np.zeros_like(some.probabilities)
    half[:, :2] = 0.5
    by_chance = ece_by_chance(replace(some, probabilities=half), seed=0, draws=20_000)
    assert by_chance == pytest.approx(0.1230, abs=0.003)


def test_t_all_of_the_other_cohort_gets_no_subtype(cohort, held):
    t_all = held.truth == NOT_B_ALL
    assert t_all.sum() == 19
    assert (held.called[t_all] == "").mean() > 0.9


def test_the_card_prints_each_table(cohort, fitted, held, everyone):
    tables = {
        "classes": per_class(everyone),
        "confusion": confusion(everyone),
        "threshold": risk_coverage(everyone),
        "robustness: unit": risk_coverage(everyone),
        "purity": purity_table([(1.0, held)]),
        "lesions": lesions_against_labels(cohort),
        "lesion_weights": lesion_weights(fitted),
    }
    text = render(Report({name: float(value) for name, value in summary(cohort, held).items()}, tables))
    assert f"| n | {len(held.truth)} |" in text
    assert "| DUX4-r | 31 |" in text
    assert "### The same patients spoiled: unit" in text
    row = risk_coverage(everyone).iloc[0]
    assert f"| {row['share_wrong']:g} | {bar(row['share_called'])} |" in text
    assert (bar(0.0), bar(0.5), bar(1.0)) == ("░" * 20, "█" * 10 + "░" * 10, "█" * 20)
    assert "| DUX4-r | defining | 26 | 26 |  |" in text
    assert f"| defining | {fitted.lesion_weights_[0].round(3):g} |" in text
