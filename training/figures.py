"""Figures and tables from answers for patients that the model never saw."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import binomtest

from leukotype.evidence import FLAGS
from leukotype.lesions import Strength
from leukotype.vocabulary import LOW_BLASTS, NOT_B_ALL
from training.cohort import Cohort
from training.estimator import LeukotypeClassifier
from training.heldout import Diluted, HeldOut, join


def summary(cohort: Cohort, held: HeldOut) -> dict[str, float]:
    """Accuracies of one set of out-of-fold predictions, forced and called."""
    leukemia = held.truth != NOT_B_ALL
    patients = cohort.patients.take(held.rows)
    known = patients.known & (patients.cohorts == "GSE227832")
    named, called = held.truth != "B-other", held.called != ""
    called_right = (held.called == held.truth)[leukemia & called]
    return {
        "n": len(held.truth),
        "accuracy": held.right().mean(),
        "n_b_all": int(leukemia.sum()),
        "accuracy_b_all": held.right()[leukemia].mean(),
        "balanced_accuracy": balanced(held.truth, held.forced),
        "balanced_accuracy_without_b_other": balanced(held.truth[named], held.forced[named]),
        "n_known_before_ml_GSE227832": int(known.sum()),
        "accuracy_known_before_ml_GSE227832": held.right()[known].mean() if known.any() else -1.0,
        "b_all_called": called[leukemia].mean(),
        "right_among_called_b_all": called_right.mean() if len(called_right) else -1.0,
        "t_all_called": called[~leukemia].mean() if (~leukemia).any() else -1.0,
    }


def balanced(truth: npt.NDArray[Any], forced: npt.NDArray[Any]) -> float:
    """Mean recall over the classes of `truth`."""
    return float(np.mean([(forced[truth == name] == name).mean() for name in np.unique(truth)]))


def confusion(held: HeldOut) -> pd.DataFrame:
    """Labels by forced answers."""
    return pd.crosstab(pd.Series(held.truth, name="label"), pd.Series(held.forced, name="answer"))


def per_class(held: HeldOut) -> pd.DataFrame:
    """Sensitivity with its exact 95 % interval (Clopper-Pearson), precision, and what is called, by class."""
    rows = []
    for name in np.unique(held.truth):
        own = held.truth == name
        hits, n = int((held.forced[own] == name).sum()), int(own.sum())
        interval = binomtest(hits, n).proportion_ci(0.95, method="exact")
        claimed = int((held.forced == name).sum())
        rows.append(
            {
                "class": name,
                "n": n,
                "right": hits,
                "sensitivity": hits / n,
                "low": interval.low,
                "high": interval.high,
                "precision": hits / claimed if claimed else np.nan,
                "called": int((held.called[own] != "").sum()),
                "called_wrong": int(((held.called[own] != "") & (held.called[own] != name)).sum()),
            }
        )
    return pd.DataFrame(rows).round(3)


def risk_coverage(held: HeldOut) -> pd.DataFrame:
    """Share of B-ALL patients called, and wrong among them, against the threshold."""
    leukemia = ~np.isin(held.forced, [LOW_BLASTS, NOT_B_ALL]) & (held.truth != NOT_B_ALL)
    total = int((held.truth != NOT_B_ALL).sum())
    rows = []
    for threshold in (0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95):
        kept = leukemia & (held.probability >= threshold)
        wrong = int((~held.right()[kept]).sum())
        rows.append(
            (threshold, total, int(kept.sum()), kept.sum() / total, wrong, wrong / max(1, kept.sum()))
        )
    columns = ["threshold", "n", "called", "share_called", "wrong", "share_wrong"]
    return pd.DataFrame(rows, columns=columns).round(3)


def purity_table(diluted: Diluted) -> pd.DataFrame:
    """Say for each blast fraction how often the answer is right, called, and how sure it is."""
    rows = []
    for purity in sorted({purity for purity, _ in diluted}, reverse=True):
        held = join([part for each, part in diluted if each == purity])
        called = held.called != ""
        rows.append(
            {
                "blasts": purity,
                "n": len(called),
                "right_forced": held.right().mean(),
                "called": called.mean(),
                "right_of_called": (held.called == held.truth)[called].mean() if called.any() else np.nan,
                "mean_probability_of_called": held.probability[called].mean() if called.any() else np.nan,
            }
        )
    return pd.DataFrame(rows).round(3)


def lesions_against_labels(cohort: Cohort) -> pd.DataFrame:
    """Compare what the patients' lesions define or are typical of with their labels, one row a subtype."""
    patients = cohort.patients
    labels = dict(zip(patients.patients, patients.labels, strict=True))
    rows = []
    for strength in (Strength.DEFINING, Strength.TYPICAL):
        told = {
            patient: {each.subtype for each in cohort.evidence.used(patient) if each.strength == strength}
            for patient in labels
        }
        for name in sorted(set().union(*told.values())):
            own = [labels[patient] for patient, subtypes in told.items() if name in subtypes]
            others = pd.Series([label for label in own if label != name], dtype=object).value_counts()
            text = ", ".join(f"{label} {n}" for label, n in others.items())
            rows.append((name, str(strength), len(own), own.count(name), text))
    columns = ["subtype", "strength", "patients_with_the_lesion", "label_is_the_subtype", "other_labels"]
    return pd.DataFrame(rows, columns=columns)


def lesion_weights(classifier: LeukotypeClassifier) -> pd.DataFrame:
    """Give what each kind of lesion adds to the log-odds of its subtype."""
    return pd.DataFrame({"lesion": FLAGS, "log_odds": classifier.lesion_weights_.round(3)})
