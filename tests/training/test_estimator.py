"""What is fitted is what is shipped; patients never stand on both sides."""

import copy

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score
from sklearn.naive_bayes import GaussianNB

from leukotype.bundle import Profiles, load, save
from leukotype.evidence import Evidence, flags
from leukotype.vocabulary import NOT_B_ALL
from training.card import render
from training.evaluate import Report
from training.figures import (
    balanced,
    confusion,
    lesion_weights,
    lesions_against_labels,
    per_class,
    purity_table,
    risk_coverage,
    summary,
)
from training.heldout import answers, fit_on, folds


@pytest.fixture(scope="module")
def small(config):
    config = copy.deepcopy(config)
    config["mixing"] |= {"dilutions": 1, "gate_dilutions": 1, "backgrounds": 40, "scrambled": 20}
    config["classifier"] |= {"inner_folds": 3}
    return config


@pytest.fixture(scope="module")
def rows(cohort):
    """One cohort without the subtypes of which it has fewer than three patients."""
    own = cohort.patients.cohorts == "GSE181157"
    names, sizes = np.unique(cohort.patients.labels[own], return_counts=True)
    return np.flatnonzero(own & np.isin(cohort.patients.labels, names[sizes >= 3]))


@pytest.fixture(scope="module")
def fitted(cohort, rows, small):
    return fit_on(cohort, rows, small, seed=3)


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
    assert balanced(held.truth, held.forced) == pytest.approx(
        balanced_accuracy_score(held.truth.astype(str), held.forced.astype(str))
    )


def test_tables_count_every_patient(held):
    classes, table = per_class(held), confusion(held)
    assert classes["n"].sum() == len(held.truth) == table.to_numpy().sum()
    assert (classes["low"] <= classes["sensitivity"]).all()
    assert (classes["sensitivity"] <= classes["high"]).all()


def test_a_stricter_threshold_calls_fewer(held):
    assert risk_coverage(held)["called"].is_monotonic_decreasing


def test_the_interval_is_clopper_pearsons():
    """5 of 5: the exact 95 % lower limit is 0.025 ** (1 / 5) = 0.478 (Clopper and Pearson 1934)."""
    from training.heldout import HeldOut

    names = np.array(["DUX4-r"] * 5, dtype=object)
    row = per_class(HeldOut(names, names, names, np.ones(5), np.arange(5))).iloc[0]
    assert row["low"] == 0.478
    assert row["high"] == 1.0


def test_t_all_of_the_other_cohort_gets_no_subtype(cohort, held):
    t_all = held.truth == NOT_B_ALL
    assert t_all.sum() == 19
    assert (held.called[t_all] == "").mean() > 0.9


def test_the_card_prints_each_table(cohort, fitted, held):
    tables = {
        "classes": per_class(held),
        "confusion": confusion(held),
        "threshold": risk_coverage(held),
        **{name: purity_table([(1.0, held)]) for name in ("purity", "external_purity")},
        **{name: risk_coverage(held) for name in ("external", "external_not_right", "set_aside")},
        **{name: risk_coverage(held) for name in ("ploidy", "hyperdiploid")},
        "lesions": lesions_against_labels(cohort),
        "lesion_weights": lesion_weights(fitted),
    }
    text = render(Report({name: float(value) for name, value in summary(cohort, held).items()}, tables))
    assert f"| n | {len(held.truth)} |" in text
    assert "| DUX4-r | 31 |" in text
    assert "| DUX4-r | defining | 26 | 26 |  |" in text
    assert f"| defining | {fitted.lesion_weights_[0].round(3):g} |" in text
