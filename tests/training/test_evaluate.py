"""What is fitted is what is shipped, and what the public patients add to the figures."""

from dataclasses import replace

import numpy as np
import pytest
from sklearn.metrics import balanced_accuracy_score

from leukotype.evidence.findings import Evidence, flags
from leukotype.learning.figures import balanced_accuracy, confusion, evaluate, per_class, risk_coverage
from leukotype.learning.measurement import ask
from leukotype.learning.splits import outer_folds
from leukotype.model.bundle import load
from leukotype.vocabulary import NOT_B_ALL
from training.evaluate import ece_by_chance, public_figures
from training.outside import save_for_tests


def of(cohort, name):
    return cohort.patients.take(np.flatnonzero(cohort.patients.cohorts == name))


def test_folds_split_patients(cohort, settings):
    for sides in outer_folds(cohort.patients, settings.learning):
        people = cohort.patients.patients
        assert not set(people[sides.train]) & set(people[sides.test])


def test_the_stored_model_predicts_as_the_fitted_one(cohort, fitted, settings, tmp_path):
    save_for_tests(tmp_path, fitted, cohort.teaching(settings))
    patients, loaded = cohort.patients.take(np.arange(20)), load(tmp_path).model
    known = flags(cohort.evidence, [str(name) for name in patients.names], list(loaded.subtypes))
    assert known.any()
    for lesions in (None, known):
        one, other = (each.predict(patients.values, lesions) for each in (loaded, fitted.model))
        assert np.array_equal(one.joint(), other.joint())


def test_the_same_seed_fits_the_same_numbers(cohort, rows, fitted, small):
    again = cohort.fit(small, rows).model.state()
    assert all(np.array_equal(value, again[name]) for name, value in fitted.model.state().items())


def test_evidence_of_nobody_teaches_no_weight(cohort, rows, small):
    none = replace(cohort, evidence=Evidence()).fit(small, rows)
    assert not none.model.lesion_weights.any()


def test_another_cohort_is_read_better_than_by_the_most_frequent_subtype(cohort, fitted):
    """Trained on GSE181157 alone, three in four of the taught subtypes of GSE227832 are right."""
    other = of(cohort, "GSE227832")
    held = ask(fitted, other.take(np.flatnonzero(np.isin(other.labels, fitted.model.subtypes))))
    assert (held.best == held.truth).mean() > 0.75


def test_lesions_make_another_cohort_better_read_and_leave_who_has_none_alone(cohort, fitted):
    patients = of(cohort, "GSE227832")
    plain, beside = ask(fitted, patients), ask(fitted, patients, cohort.evidence)
    assert (beside.best == beside.truth).sum() > (plain.best == plain.truth).sum()
    names = [str(name) for name in patients.names]
    unknown = ~np.array([name in cohort.evidence.findings for name in names])
    taught = flags(cohort.evidence, names, list(fitted.model.subtypes)).any(axis=(1, 2))
    for table in ("best", "called", "probabilities"):
        one, other = (getattr(each, table)[unknown & ~taught] for each in (plain, beside))
        assert np.array_equal(one, other), table


@pytest.fixture(scope="module")
def held(cohort, fitted):
    return ask(fitted, of(cohort, "GSE227832"))


@pytest.mark.filterwarnings("ignore:y_pred contains classes not in y_true")
def test_balanced_accuracy_is_scikit_learns(held):
    assert balanced_accuracy(held.truth, held.best) == pytest.approx(
        balanced_accuracy_score(held.truth.astype(str), held.best.astype(str))
    )


def test_tables_count_every_patient(held):
    classes, table = per_class(held), confusion(held)
    assert classes["n"].sum() == len(held.truth) == table.to_numpy().sum()
    assert (classes["sensitivity_low"] <= classes["sensitivity"]).all()
    assert (classes["sensitivity"] <= classes["sensitivity_high"]).all()


def test_a_stricter_threshold_calls_fewer(held):
    assert risk_coverage(held)["called"].is_monotonic_decreasing


def test_even_a_perfectly_calibrated_model_strays_from_its_probabilities_by_chance(held):
    """Ten answers of .5 stray by .123 in the mean: half of the mean absolute deviation of a binomial."""
    some = held.take(np.arange(10))
    half = np.zeros_like(some.probabilities)
    half[:, :2] = 0.5
    by_chance = ece_by_chance(replace(some, probabilities=half), seed=0, draws=20_000)
    assert by_chance == pytest.approx(0.1230, abs=0.003)


def test_t_all_of_the_other_cohort_gets_no_subtype(held):
    t_all = held.truth == NOT_B_ALL
    assert t_all.sum() == 19
    assert (held.called[t_all] == "").mean() > 0.9


def test_other_leukemias_count_as_what_was_never_taught(held):
    """19 T-ALL; the figures of the subtypes are of the others alone."""
    figures = evaluate(held).figures
    assert figures["n_not_taught"] >= 19
    assert figures["n"] + figures["n_not_taught"] == len(held.truth)


def test_patients_known_before_any_machine_learning_are_counted_apart(cohort, held):
    """227 samples of GSE227832 (samples.csv: subtype_before_ml) whose subtype is dealt into folds."""
    known = cohort.details.loc[held.names, "known"].to_numpy(bool)
    assert known.sum() == 227
    figures = public_figures(cohort, held, 0)
    own = {each: figures[f"known_before_ml_GSE227832_{each}"] for each in ("n", "called_right", "silent")}
    assert own["n"] == (known & np.isin(held.truth, held.subtypes)).sum()
    assert 0 < own["called_right"] < own["n"] - own["silent"]
    assert figures["n_b_other"] == 11


def test_sets_of_a_higher_level_are_larger_and_cover_more(held):
    figures = evaluate(held).figures
    assert figures["covered_95"] >= figures["covered_90"] > 0.5
    assert figures["size_95"] >= figures["size_90"]
